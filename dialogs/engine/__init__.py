"""How conversations run: messages, answers, dialogs, commands, reception."""
