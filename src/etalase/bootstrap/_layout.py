"""Where the planes are: behind one address, or each behind its own where law or operator want it so."""

from dataclasses import replace

from etalase.bootstrap._law import law_of
from etalase.bootstrap._program import Program, Settings
from etalase.kernel.clock import Clock
from etalase.platform.settings import SettingsInvalid
from etalase.policy import Action, Facts


def are_apart(program: Program, clock: Clock) -> bool:
    """Tell whether each plane needs an address of its own: by the law of now, or because it has one."""
    if program.plane != "both" or has_two_addresses(program):
        return True
    return not law_of(program).allows(Action.PAY_IN_ROOM, Facts(clock.now()))


def has_two_addresses(program: Program) -> bool:
    """Tell whether the operator has given each plane an address of its own."""
    urls = [url.rstrip("/") for url in (program.social_url, program.commerce_url) if url]
    return len(set(urls)) > 1


def with_addresses(settings: Settings, clock: Clock) -> Settings:
    """Return the settings with each plane's address filled in; planes that share one may go without.

    Raises SettingsInvalid when the other plane runs elsewhere and nobody said where.
    """
    program = settings.program
    if not are_apart(program, clock):
        url = (program.social_url or program.commerce_url).rstrip("/")
        return replace(settings, program=replace(program, social_url=url, commerce_url=url))
    missing = [
        f"ETALASE_{plane.upper()}_URL is required: this process serves the other plane only"
        for plane, url in (("social", program.social_url), ("commerce", program.commerce_url))
        if program.plane not in {"both", plane} and not url
    ]
    if missing:
        raise SettingsInvalid(missing)
    here = f"http://{program.host}"
    commerce_port = program.commerce_port if program.plane == "both" else program.port
    filled = replace(
        program,
        social_url=(program.social_url or f"{here}:{program.port}").rstrip("/"),
        commerce_url=(program.commerce_url or f"{here}:{commerce_port}").rstrip("/"),
    )
    return replace(settings, program=filled)
