"""Every word of the command line. Owns names, options and their help; runs nothing.

Called by `main`. Imports argparse alone, because `--help` is measured against an empty Python. A
command is named by the module and function that run it, so that only its own module is imported.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

TYPE_CHECKING = False  # as in typing, whose import would cost a quarter of `--help`
if TYPE_CHECKING:
    from typing import Any, NoReturn

_WIDTH = 96
"""Of the help; fixed, because asking the terminal imports half of the standard library."""


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=_WIDTH)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, like everything else here."""

    def error(self, message: str) -> NoReturn:
        told = message.removeprefix("argument ")
        self.exit(2, f"{told[0].upper()}{told[1:]}; `{self.prog} --help` shows what is possible.\n")


class _Command:
    """One word of the command line, with the function that runs it or further words.

    argparse gets to know it by name and help; its own parser is made when a person names it, because
    making all of them would cost more than most commands' work.
    """

    def __init__(self, name: str, function: str, text: str) -> None:
        self.name = name
        self.text = text
        self._function = function
        self._arguments: list[tuple[tuple[str, ...], dict[str, Any]]] = []
        self._commands: list[_Command] = []

    def add_argument(self, *names: str, **how: Any) -> None:
        """As argparse's own."""
        self._arguments.append((names, how))

    def add(self, name: str, function: str, text: str) -> _Command:
        """`function` is `module:name` inside this package, empty where further words follow."""
        command = _Command(name, function, text)
        self._commands.append(command)
        return command

    def group(self, name: str, text: str) -> _Command:
        """Add a word that is followed by one of its own commands."""
        return self.add(name, "", text)

    def parser(self, prog: str) -> argparse.ArgumentParser:
        parser = _Parser(
            prog=prog,
            description=self.text[0].upper() + self.text[1:] + ".",
            parents=[_common_options()],
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        for names, how in self._arguments:
            parser.add_argument(*names, **how)
        if self._function:
            parser.set_defaults(function=self._function)
        if self._commands:
            self.complete(parser, word=f"{self.name}_word", required=True)
        return parser

    def complete(self, parser: argparse.ArgumentParser, *, word: str, required: bool) -> None:
        """Let `parser` take one of this word's commands."""
        words: Any = parser.add_subparsers(
            dest=word, metavar="COMMAND", required=required, title="commands", parser_class=_Named
        )
        for command in self._commands:
            words.add_parser(command.name, help=command.text, command=command)


class _Named:
    """Stands for a command's parser; made by argparse, which asks it to parse what follows the name."""

    def __init__(self, *, prog: str, command: _Command, **_style: object) -> None:
        self._make = partial(command.parser, prog)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._parser: argparse.ArgumentParser
        if "_parser" not in self.__dict__:
            self._parser = self._make()
        return getattr(self._parser, name)


def build_parser(version: str) -> argparse.ArgumentParser:
    """Return the parser; what it parses has `function`, and `home`, `config`, `json`, `debug`."""
    parser = _Parser(
        prog="roku-desktop",
        description="A desktop AI agent. Without a command it opens the window.",
        epilog="Exit codes: 0 done, 2 usage or configuration, 3 an approval is pending, "
        "4 the provider failed, 5 storage, 130 interrupted.",
        parents=[_common_options()],
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"roku-desktop {version}")
    parser.set_defaults(
        function="window:run",
        home=None,
        config=None,
        json=False,
        debug=False,
        exit_when_ready=False,
        in_tray=False,
    )
    # What the conversation without a display reads, where the window had no such option.
    parser.set_defaults(session=None, provider="", model="", workspace=None)
    commands = _Command("", "", "")
    _add_conversation(commands)
    _add_kept(commands)
    _add_memory(commands)
    _add_models(commands)
    _add_care(commands)
    commands.complete(parser, word="command", required=False)
    return parser


def _common_options() -> argparse.ArgumentParser:
    """The options that every command takes, before and after its name.

    They have no default of their own: the one after the name would undo the one before it.
    """
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    options = common.add_argument_group("options of every command")
    options.add_argument(
        "--home", metavar="DIR", help="keep everything there instead of ROKU_HOME or ~/.roku"
    )
    options.add_argument("--config", metavar="FILE", help="read this runtime.toml")
    options.add_argument("--json", action="store_true", help="print one JSON document")
    options.add_argument("--debug", action="store_true", help="show tracebacks and details on stderr")
    return common


def _add_conversation(commands: _Command) -> None:
    window = commands.add("gui", "window:run", "open the window (the default)")
    window.add_argument(
        "--exit-when-ready",
        action="store_true",
        help="leave as soon as a first prompt could be typed and sent",
    )
    window.add_argument(
        "--in-tray", action="store_true", help="show nothing but the icon in the tray, where there is one"
    )
    _add_workspace(window)

    quick = commands.add("quick", "window:quick", "open the quick prompt, in the running window if any")
    quick.add_argument("text", metavar="TEXT", nargs="?", help="stands in it, to be sent by hand")

    ask = commands.add("ask", "ask:run", "ask once, without a window; the answer streams to stdout")
    ask.add_argument(
        "prompt", nargs="?", metavar="PROMPT", help="the question; stdin where it is absent or -"
    )
    ask.add_argument("--session", metavar="ID", help="go on in this session")
    ask.add_argument(
        "--approve",
        choices=("never", "session-rules"),
        default="never",
        help="what may run without asking: nothing (default), or what the session's rules allow",
    )
    ask.add_argument(
        "--image",
        metavar="FILE",
        action="append",
        default=[],
        type=Path,
        help="attach a PNG, JPEG, WebP or GIF image; may be given up to eight times",
    )
    ask.add_argument("--plan", action="store_true", help="let this session only look, not change anything")
    _add_model_choice(ask)
    _add_workspace(ask)

    chat = commands.add("chat", "chat:run", "a conversation in the terminal")
    chat.add_argument("--session", metavar="ID", help="go on in this session")
    _add_model_choice(chat)
    _add_workspace(chat)


def _add_kept(commands: _Command) -> None:
    sessions = commands.group("sessions", "list, read, search, export and delete sessions")
    _add_limit(sessions.add("list", "sessions:list_all", "the newest sessions"), 50, "sessions")
    show = sessions.add("show", "sessions:show", "a session's transcript")
    show.add_argument("session", metavar="ID")
    _add_limit(show, None, "of the newest messages")
    search = sessions.add("search", "sessions:search", "messages that contain all these words")
    search.add_argument("text", metavar="TEXT", nargs="+")
    _add_limit(search, 50, "matches")
    export = sessions.add("export", "sessions:export", "a session as Markdown or JSON")
    export.add_argument("session", metavar="ID")
    export.add_argument("--format", choices=("markdown", "json"), default="markdown")
    export.add_argument("--output", metavar="FILE", help="write to this file instead of stdout")
    export.add_argument("--force", action="store_true", help="replace the file if it exists")
    delete = sessions.add("delete", "sessions:delete", "delete a session for good")
    delete.add_argument("session", metavar="ID")
    delete.add_argument("--yes", action="store_true", help="don't ask")

    approvals = commands.group("approvals", "decide on calls that wait for an approval")
    approvals.add("list", "approvals:list_all", "what waits, oldest first")
    approvals.add("show", "approvals:show", "all about one").add_argument("approval", metavar="ID")
    for name, text in (("approve", "allow it, and go on"), ("reject", "refuse it, and go on")):
        deciding = approvals.add(name, f"approvals:{name}", text)
        deciding.add_argument("approval", metavar="ID")
        deciding.add_argument("--comment", default="", metavar="TEXT", help="what the model reads about it")
        if name == "approve":
            deciding.add_argument(
                "--for",
                dest="reach",
                choices=("once", "session", "workspace"),
                default="once",
                help="this once (default), or as a rule for exactly this from now on",
            )
        _add_model_choice(deciding)
    resolve = approvals.add("resolve", "approvals:resolve", "say what becomes of a call that was cut off")
    resolve.add_argument("approval", metavar="ID")
    resolve.add_argument("--as", dest="resolution", choices=("rerun", "done", "skip"), required=True)
    _add_model_choice(resolve)
    approvals.add("rules", "approvals:rules", "the rules in force")
    approvals.add("revoke", "approvals:revoke", "take a rule back").add_argument("rule", metavar="ID")

    runs = commands.group("runs", "list turns and go on with an unfinished one")
    _add_limit(runs.add("list", "runs:list_all", "the newest turns"), 20, "turns")
    resume = runs.add("resume", "runs:resume", "go on with an unfinished turn")
    resume.add_argument("run", metavar="ID")
    _add_model_choice(resume)


def _add_memory(commands: _Command) -> None:
    memory = commands.group("memory", "what is remembered beyond a session")
    remembered = memory.add("list", "memory:list_all", "the newest, or those that hold these words")
    remembered.add_argument("text", metavar="TEXT", nargs="*")
    _add_limit(remembered, 50, "memories")
    adding = memory.add("add", "memory:add", "remember a text; - reads it from stdin")
    adding.add_argument("text", metavar="TEXT")
    adding.add_argument("--workspace", metavar="DIR", help="only where one works in this folder")
    changing = memory.add("change", "memory:change", "put another text in its place")
    changing.add_argument("memory", metavar="ID")
    changing.add_argument("text", metavar="TEXT")
    forgetting = memory.add("forget", "memory:forget", "forget some of it, or all")
    forgetting.add_argument("memory", metavar="ID", nargs="*")
    forgetting.add_argument("--all", action="store_true", help="everything")
    forgetting.add_argument("--yes", action="store_true", help="don't ask")
    memory.add("export", "memory:export", "all of it, as JSON")


def _add_models(commands: _Command) -> None:
    providers = commands.add("providers", "providers:list_all", "what can answer, and what keeps it from it")
    providers.add_argument("--offline", action="store_true", help="don't look for servers on this machine")
    providers.add_argument("--test", metavar="NAME", help="ask this one whether it can be reached")
    providers.add_argument("--reset", metavar="NAME", help="ask this one again although it failed before")
    models = commands.add("models", "providers:list_models", "the models that providers offer")
    models.add_argument("provider", metavar="PROVIDER", nargs="?", help="ask this one alone")
    keys = commands.group("keys", "keep API keys in the system keyring")
    store = keys.add(
        "set", "keys:store", "keep a provider's key, read from a prompt without echo or from stdin"
    )
    store.add_argument("provider", metavar="NAME")
    remove = keys.add("delete", "keys:remove", "forget a provider's key")
    remove.add_argument("provider", metavar="NAME")


def _add_care(commands: _Command) -> None:
    config = commands.group("config", "check the configuration, or see where each value comes from")
    config.add("check", "configuration:check", "whether the configuration is right")
    config.add("show", "configuration:show", "each value, and where it comes from")
    config.add("migrate", "configuration:migrate_file", "bring runtime.toml to the current version")
    storage = commands.add("storage", "storage:run", "bytes under the home folder, by kind")
    storage.add_argument(
        "--prune", action="store_true", help="drop what is past its time and give the space back"
    )
    metrics = commands.add("metrics", "metrics:run", "how well the agent does: figures of a window of time")
    metrics.add_argument(
        "--window", choices=("1h", "24h", "7d", "28d"), default="24h", help="that ends now (default 24h)"
    )
    metrics.add_argument("--prometheus", action="store_true", help="print a page for Prometheus")
    trace = commands.add("trace", "trace:run", "a turn's steps and timings")
    trace.add_argument("run", metavar="RUN_ID", nargs="?", help="the newest turn where it is absent")
    trace.add_argument("--otlp", action="store_true", help="print OTLP JSON for a trace viewer")
    commands.add("slo", "metrics:show_objectives", "objectives, what is left of their budgets, burn rates")
    policy = commands.group("policy", "see how a shell command would be treated")
    explain = policy.add(
        "explain", "policy:explain", "whether a command runs, asks first or is denied, and why"
    )
    explain.add_argument(
        "shell_command", nargs="?", metavar="COMMAND", help="the command, in quotation marks"
    )
    explain.add_argument(
        "--stdin", action="store_true", help="read commands from stdin, one JSON string a line"
    )
    doctor = commands.add("doctor", "doctor:run", "what is wrong here, and what to do about it")
    doctor.add_argument("--offline", action="store_true", help="don't try to reach any provider")


def _add_model_choice(parser: _Command) -> None:
    parser.add_argument("--provider", metavar="NAME", default="", help="who answers")
    parser.add_argument("--model", metavar="NAME", default="", help="with which model")


def _add_workspace(parser: _Command) -> None:
    parser.add_argument("--workspace", metavar="DIR", help="the folder to work in (default: the current one)")


def _add_limit(parser: _Command, default: int | None, what: str) -> None:
    suffix = f" (default {default})" if default else ""
    parser.add_argument(
        "--limit", metavar="N", type=_positive, default=default, help=f"at most so many {what}{suffix}"
    )


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return number
