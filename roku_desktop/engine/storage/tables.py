"""The tables as peewee sees them. The schema itself stands in `migrations/`.

The models know no database: every query is given one (`query.execute(db)`), because a process may
hold more than one home. Used by the modules of this room only.
"""

from __future__ import annotations

from peewee import (
    BlobField,
    CompositeKey,
    FloatField,
    IntegerField,
    Model,
    TextField,
)


class Session(Model):
    session_id = TextField(primary_key=True)
    title = TextField()
    workspace = TextField()
    created_at = FloatField()
    updated_at = FloatField()
    pinned = IntegerField(default=0)
    message_count = IntegerField(default=0)
    last_run_id = TextField(default="")
    provider = TextField(default="")
    model = TextField(default="")
    plan = IntegerField(default=0)
    parent_run_id = TextField(default="")
    parent_call_id = TextField(default="")

    class Meta:
        table_name = "sessions"


class Message(Model):
    message_id = IntegerField(primary_key=True)
    session_id = TextField()
    run_id = TextField()
    position = IntegerField()
    role = TextField()
    created_at = FloatField()
    body = BlobField()
    search_text = TextField()
    starred = IntegerField(default=0)

    class Meta:
        table_name = "messages"


class Counted(Model):
    """Columns of `messages.Usage`."""

    input_tokens = IntegerField(default=0)
    output_tokens = IntegerField(default=0)
    cache_read_tokens = IntegerField(default=0)
    cache_write_tokens = IntegerField(default=0)
    reasoning_tokens = IntegerField(default=0)


class Run(Counted):
    """`accepted_at` is when it last began: at first, or when it was resumed; once it ended, when that
    prompt had been entered, a little before."""

    run_id = TextField(primary_key=True)
    session_id = TextField()
    status = TextField()
    started_at = FloatField()
    accepted_at = FloatField()
    finished_at = FloatField(null=True)
    instance_id = TextField()
    provider = TextField(default="")
    model = TextField(default="")
    steps = IntegerField(default=0)
    recoveries = IntegerField(default=0)
    ttft_s = FloatField(null=True)
    cost_usd = FloatField(null=True)
    failure = TextField(null=True)

    class Meta:
        table_name = "runs"


class Step(Counted):
    run_id = TextField()
    step = IntegerField()
    provider = TextField()
    model = TextField()
    attempt = IntegerField(default=0)
    estimated_tokens = IntegerField(default=0)
    started_at = FloatField()
    request_sent_at = FloatField(null=True)
    first_byte_at = FloatField(null=True)
    first_delta_at = FloatField(null=True)
    finished_at = FloatField(null=True)

    class Meta:
        table_name = "steps"
        primary_key = CompositeKey("run_id", "step")


class Delta(Model):
    """Text on screen of an answer that is still being written; `kind` is text or thinking."""

    delta_id = IntegerField(primary_key=True)
    run_id = TextField()
    step = IntegerField()
    kind = TextField()
    at = FloatField()
    text = TextField()

    class Meta:
        table_name = "deltas"


class Call(Model):
    """A tool call whose answer is not complete yet; `result` is set once it has one."""

    run_id = TextField()
    step = IntegerField()
    call_id = TextField()
    tier = TextField()
    started_at = FloatField(null=True)
    finished_at = FloatField(null=True)
    result = BlobField(null=True)

    class Meta:
        table_name = "calls"
        primary_key = CompositeKey("run_id", "step", "call_id")


class Preference(Model):
    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "preferences"
