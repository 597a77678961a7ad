"""The gappy data set: seeded, simulated, with gaps, don't-knows and unequal cases; no real person.

Run in this folder: `python generate.py`. It writes every CSV beside itself, in the layout of
complete_12_cases.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

SEED = 20190521
FOLDER = Path(__file__).parent
MUNICIPALITIES = (("K1", "0766", "Hedensted"), ("K2", "0510", "Haderslev"), ("K3", "0330", "Slagelse"))
SIZES = (3, 4, 5, 8, 6, 4, 3, 5, 5, 6, 4, 7, 3, 4, 6, 5, 4, 5, 7, 4, 5, 6, 8, 3)
PROFESSIONALS, LEADERS, UNITS = 22, 4, 24
LOADINGS = np.array([0.55, 0.75, 0.6, 0.7, 0.5, 0.65])
CUTS = np.array([-1.6, -0.6, 0.5, 1.5])
GROUPS = ("Socialrådgiver", "Læge", "Psykolog", "Lærer", "Socialpædagog")
DRAWS = 200

Row = dict[str, object]


@dataclass
class World:
    """What is drawn once and used by every table."""

    rng: np.random.Generator
    tables: dict[str, list[Row]] = field(default_factory=dict)
    effects: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def answers(self, latent: npt.NDArray[np.float64], dont_know: float, gap: float) -> list[str]:
        codes = [str(1 + int((value > CUTS).sum())) for value in latent]
        fate = self.rng.random(len(codes))
        return [
            "DK" if at < dont_know else "" if at < dont_know + gap else code
            for code, at in zip(codes, fate, strict=True)
        ]


def organisation(world: World) -> None:
    for place, (key, code, name) in enumerate(MUNICIPALITIES):
        world.add("municipalities", municipality_id=key, code=code, name=name)
        for unit in range(UNITS):
            world.add(
                "units",
                unit_id=f"{key}-U{unit:02}",
                municipality_id=key,
                area="Børn og Unge" if unit < UNITS // 2 else "Beskæftigelse",
                name=f"Enhed {unit}",
                authority_function=int(unit % 4 == 0),
                law="Serviceloven",
                external=int(unit == UNITS - 1),
            )
        for at in range(LEADERS):
            world.add("leaders", leader_id=f"L{place}{at}", municipality_id=key, unit_id=f"{key}-U{at:02}")
        for at in range(PROFESSIONALS):
            professional(world, place, at)
    world.add("waves", wave=1, code="baseline", opens_on="2019-01-14", closes_on="2019-02-15")
    world.add("waves", wave=2, code="follow-up", opens_on="2019-05-13", closes_on="2019-06-14")


def professional(world: World, place: int, at: int) -> None:
    person = f"P{place}{at:02}"
    world.effects[person] = (world.rng.normal(0, 0.5), world.rng.normal(0, 0.4))
    world.add(
        "professionals",
        professional_id=person,
        municipality_id=MUNICIPALITIES[place][0],
        unit_id=f"{MUNICIPALITIES[place][0]}-U{at % UNITS:02}",
        professional_group=GROUPS[at % len(GROUPS)],
        leader_id=f"L{place}{at % LEADERS}",
    )


def case(world: World, at: int, arm: int) -> None:
    place = at % len(MUNICIPALITIES)
    case_id, size = f"S{at:02}", SIZES[at]
    world.add("cases", case_id=case_id, municipality_id=MUNICIPALITIES[place][0], arm=arm, n_units=size)
    chosen = sorted(world.rng.choice(PROFESSIONALS, size=size, replace=False).tolist())
    members = [f"P{place}{person:02}" for person in chosen]
    for person, number in zip(members, chosen, strict=True):
        unit = f"{MUNICIPALITIES[place][0]}-U{number % UNITS:02}"
        world.add(
            "members", case_id=case_id, professional_id=person, leader_id=f"L{place}{number % LEADERS}"
        )
        role = "authority" if number == chosen[0] else "provider"
        world.add("involvements", case_id=case_id, unit_id=unit, role=role)
    level = world.rng.normal(0, 0.45)
    for wave in (1, 2):
        height = level + (0.7 * arm if wave == 2 else 0.0) + world.rng.normal(0, 0.2)
        answered_case(world, (case_id, wave), members, height)


def answered_case(world: World, key: tuple[str, int], members: list[str], height: float) -> None:
    rng, size = world.rng, len(members)
    shared = rng.normal(0, 0.5, (size, size))
    relation = (shared + shared.T) / np.sqrt(2) + rng.normal(0, 0.5, (size, size))
    silent = rng.random(size) < 0.09
    if key == ("S23", 2):
        silent = np.arange(size) > 0  # one rater only
    for i, rater in enumerate(members):
        for j, target in enumerate(members):
            if i == j:
                continue
            latent = height + world.effects[rater][0] + world.effects[target][1] + relation[i, j]
            cells = dyad(world, latent, bool(silent[i]))
            ids = {"case_id": key[0], "wave": key[1], "rater_id": rater, "target_id": target}
            world.add("rk", **ids, **{f"i{at}": cell for at, cell in enumerate(cells, 1)})
        leadership(world, key, rater, 0.6 * (height + world.effects[rater][0]))
    citizen(world, key, height)


def dyad(world: World, latent: float, silent: bool) -> list[str]:
    noisy = 1.3 * LOADINGS * latent + world.rng.normal(0, 0.7, 6)
    if silent:
        return world.answers(noisy, 0.0, 1.0)
    strangers = world.rng.random() < 0.05
    return world.answers(noisy, 1.0 if strangers else 0.04, 0.04)


def leadership(world: World, key: tuple[str, int], person: str, height: float) -> None:
    latent = height + world.rng.normal(0, 0.6) + world.rng.normal(0, 0.8, 7)
    cells = world.answers(latent, 0.04, 1.0 if world.rng.random() < 0.06 else 0.04)
    leader = f"L{person[1]}{int(person[2:]) % LEADERS}"
    ids = {"case_id": key[0], "wave": key[1], "respondent_id": person, "leader_id": leader}
    world.add("leadership", **ids, **{f"l{at}": cell for at, cell in enumerate(cells, 1)})


def citizen(world: World, key: tuple[str, int], height: float) -> None:
    latent = 0.8 * height + world.rng.normal(0, 0.5) + world.rng.normal(0, 0.7, 5)
    cells = world.answers(latent, 0.06, 1.0 if world.rng.random() < 0.08 else 0.05)
    ids = {"case_id": key[0], "wave": key[1], "citizen_id": f"B{key[0][1:]}"}
    world.add("citizen", **ids, **{f"c{at}": cell for at, cell in enumerate(cells, 1)})


def coding(world: World) -> None:
    for at in range(60):
        nominal, ordinal = int(world.rng.integers(1, 7)), int(world.rng.integers(1, 6))
        seen = {coder: world.rng.random() < 0.93 for coder in "ABC"}
        codes: Row = {f"coder_{coder}": coded(world, nominal) if seen[coder] else "" for coder in seen}
        ranks: Row = {f"o_{coder}": ranked(world, ordinal) if seen[coder] else "" for coder in seen}
        world.add("coding", unit_id=f"U{at:04}", **codes, **ranks)


def coded(world: World, code: int) -> int:
    return code if world.rng.random() < 0.7 else int(world.rng.integers(1, 7))


def ranked(world: World, rank: int) -> int:
    return int(np.clip(rank + world.rng.integers(-1, 2), 1, 5))


def resamples(world: World) -> None:
    """Rows are draws; each names the places (from 0) of as many cases, sorted by case_id, as there are."""
    for draw in world.rng.integers(0, len(SIZES), (DRAWS, len(SIZES))):
        world.add("boot_indices", **{f"b{at}": int(place) for at, place in enumerate(draw)})


def write(world: World) -> None:
    for name, rows in world.tables.items():
        with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*rows[0]], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main() -> None:
    world = World(np.random.default_rng(SEED))
    organisation(world)
    halves = [world.rng.permutation([0, 1] * 4) for _ in MUNICIPALITIES]
    for at in range(len(SIZES)):
        case(world, at, int(halves[at % len(MUNICIPALITIES)][at // len(MUNICIPALITIES)]))
    coding(world)
    resamples(world)
    write(world)


if __name__ == "__main__":
    main()
