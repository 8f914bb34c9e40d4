"""Where the planes are: behind one address, or each behind its own where law or operator want it so."""

from dataclasses import replace

from etalase.bootstrap._program import Program, Settings
from etalase.kernel.clock import Clock
from etalase.platform.i18n import day_of
from etalase.platform.settings import SettingsInvalid
from etalase.policy import Action, Facts, Rulebook, RulebookUnknown, decide, load_rulebook


def rulebook_of(program: Program) -> Rulebook:
    """Return the rulebook that the settings name. Raises SettingsInvalid when there is none of that name."""
    try:
        return load_rulebook(program.rulebook)
    except RulebookUnknown as error:
        raise SettingsInvalid([f"ETALASE_RULEBOOK: {error}"]) from error


def are_apart(program: Program, clock: Clock) -> bool:
    """Tell whether each plane needs an address of its own."""
    if program.plane != "both":
        return True
    facts = Facts(Action.PAY_IN_ROOM, day_of(clock.now()))
    return not decide(rulebook_of(program), facts).allowed


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
