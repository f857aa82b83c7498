"""What all tables of our TOML files have in common: unknown names and true for a number are refused."""

from pydantic import BaseModel, ConfigDict, field_validator


class Table(BaseModel):
    """A table of a file; what was read is never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def no_truth(cls, value: object) -> object:
        """No name of ours is a yes or no, and pydantic would take true for the number 1."""
        if isinstance(value, bool):
            raise ValueError("请写数字，或带引号的文字，不能写 true 或 false。")
        return value
