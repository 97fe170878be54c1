"""`sandbox`: a Procurify and a SYSPRO to try the engine on, over real sockets, in one process."""

import argparse
from pathlib import Path

from engine.cli.verb import (
    SCENARIOS,
    Verb,
    document_count,
    load_minutes,
    load_rate,
    milliseconds,
    port_number,
    share,
)
from engine.errors import Misconfigured
from engine.sandbox.json_fields import BadInput
from engine.sandbox.main import SandboxOptions, serve


def add_arguments(child: argparse.ArgumentParser) -> None:
    """Ports (0: any free one), the seed and size of the story, what SYSPRO is like, faults."""
    for name in ("procurify", "syspro", "control"):
        child.add_argument(f"--{name}-port", type=port_number, default=0, metavar="PORT")
    child.add_argument("--seed", type=int, default=7)
    child.add_argument("--documents", type=document_count, default=200)
    child.add_argument("--scenario", choices=SCENARIOS, default="standard")
    pace = child.add_mutually_exclusive_group()
    pace.add_argument(
        "--load", type=load_rate, default=0, metavar="N", help="documents a minute that keep coming"
    )
    pace.add_argument("--quiet", action="store_true", help="nothing changes in Procurify")
    child.add_argument("--load-minutes", type=load_minutes, metavar="M", help="how long they come")
    child.add_argument("--po-numbering", choices=("auto", "manual"), default="auto")
    child.add_argument("--profile", choices=("fast", "site"), default="fast")
    for what in ("query", "post", "procurify"):
        child.add_argument(f"--{what}-ms", type=milliseconds, metavar="MS")
    child.add_argument("--jitter", type=share, default=0.2, metavar="SHARE")
    child.add_argument("--folder", type=Path, help="where the configuration file is put")
    child.add_argument("--faults", type=Path, metavar="FILE", help="a plan of faults (JSON)")
    child.add_argument("--procurify", type=Path, metavar="FILE", help="the same of Procurify")
    child.add_argument("--syspro", type=Path, metavar="FILE", help="settings of SYSPRO (JSON)")
    child.add_argument(
        "--strict", action="store_true", help="refuse requests without X-Procurify-Client"
    )


async def run(options: argparse.Namespace) -> int:
    """Serves until a signal; the ready line is the only line on standard output."""
    if options.load_minutes is not None and not options.load:
        raise Misconfigured("--load-minutes says how long --load goes on; give --load too")
    chosen = SandboxOptions(
        procurify_port=options.procurify_port,
        syspro_port=options.syspro_port,
        control_port=options.control_port,
        seed=options.seed,
        documents=options.documents,
        scenario=options.scenario,
        load=options.load,
        load_minutes=options.load_minutes,
        is_quiet=options.quiet,
        po_numbering=options.po_numbering,
        profile=options.profile,
        query_ms=options.query_ms,
        post_ms=options.post_ms,
        procurify_ms=options.procurify_ms,
        jitter=options.jitter,
        folder=options.folder,
        faults=options.faults,
        syspro=options.syspro,
        procurify_file=options.procurify,
        is_strict=options.strict,
    )
    try:
        return await serve(chosen)
    except BadInput as wrong:
        raise Misconfigured(str(wrong)) from wrong
    except OSError as error:
        raise Misconfigured(
            f"the sandbox cannot start: {error}; choose other ports or another --folder"
        ) from error


VERB = Verb(
    name="sandbox",
    summary="a Procurify and a SYSPRO to try the engine on",
    add_arguments=add_arguments,
    run=run,
)
