"""From words and pins to a category and a grid."""
