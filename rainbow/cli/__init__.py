"""The command ``rainbow``: results on stdout, everything else on stderr.

Exit codes: 0 fine, 1 a finding (a redundancy gap, a device that did not answer, a stale file), 2 usage or bad data.
A command's module is imported when it is called, so ``rainbow --help`` stays quick.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import click

from rainbow import __version__
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

SUMMARIES = {
    "demo": N_("Run an invented city in this terminal: simulated switches, collector and page."),
    "inventory": N_("What lies in the ground: check it, trace its light, exchange it."),
    "simulate": N_("Switches that are not there: a simulated city, or recordings of real devices."),
    "collect": N_("Ask a city's devices over SNMP; keep and deliver what they say."),
    "topology": N_("What a cut takes down: reports and questions."),
    "study": N_("Planning studies of many scenarios: run, resume, show."),
    "incidents": N_("What happened, what is open, who took it: one incident for one cause."),
    "dashboards": N_("Grafana dashboards, alert rules and provisioning files."),
    "serve": N_("Serve the map page and the REST API of a city on this machine."),
    "access": N_("Who is signed in to the page; the emergency account."),
    "token": N_("Tokens of the REST API: make, list, revoke."),
    "secrets": N_("Where secrets lie, and sealing them with a key."),
    "outbox": N_("What waits for InfluxDB, and what it refused for good."),
    "audit": N_("Who did what: list it, verify it, sign it, send it on."),
    "auditpack": N_("What an installation can show an auditor, in one signed file."),
    "doctor": N_("What is wrong with this installation, and the cure."),
    "backup": N_("One encrypted file with all of a city: make it, restore it, test it."),
    "config": N_("Show and check a city's settings; what disk its store takes."),
}
"""What ``rainbow --help`` says of a command without importing it."""
COMMANDS = {
    "demo": "rainbow.cli.demo:demo",
    "inventory": "rainbow.cli.inventory:inventory",
    "simulate": "rainbow.cli.simulate:simulate",
    "collect": "rainbow.cli.collect:collect",
    "topology": "rainbow.cli.topology:topology",
    "study": "rainbow.cli.study:study",
    "incidents": "rainbow.cli.incidents:incidents",
    "dashboards": "rainbow.cli.dashboards:dashboards",
    "serve": "rainbow.cli.serve:serve",
    "access": "rainbow.cli.access:access",
    "token": "rainbow.cli.token:token",
    "secrets": "rainbow.cli.secrets:secrets",
    "outbox": "rainbow.cli.outbox:outbox",
    "audit": "rainbow.cli.audit_log:audit",
    "auditpack": "rainbow.cli.auditpack:auditpack",
    "doctor": "rainbow.cli.doctor:doctor",
    "backup": "rainbow.cli.backup:backup",
    "config": "rainbow.cli.config:config",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        """The command, or None."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, name = target.split(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, none of them imported for it."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(SUMMARIES[name])) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("RAINBOW: what lies in the ground of a city's fibre network, joined with what its switches say."),
)
@click.version_option(__version__, prog_name="rainbow")
def cli() -> None:
    """Entry of all commands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error of ours becomes a message, never a traceback."""
    try:
        code = cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except click.ClickException as error:
        error.show(file=sys.stderr)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("stopped"), err=True)
        return 130
    except RainbowError as error:
        click.secho(_("error:"), fg="red", err=True, nl=False)
        click.echo(f" {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        return 0
    return code if isinstance(code, int) else 0


def entry() -> None:
    """The console script."""
    sys.exit(main())
