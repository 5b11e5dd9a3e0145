"""A simulated city before it is written: how its figures come about, and how to make them again.

The units are those of Kota Serang; every figure is invented. The city exists so that an analysis
can be judged against a known answer, which `truth.json` states.

Expected scores
---------------
For unit j, quarter t = 0 … T-1 and element k, the expected answer on the scale 1-4 is

    m_jtk = (level + a_j + b_jt + trend (t - (T-1)/2) + drift t D_j) / 25 + profile_k + c_jk
            + training_k(kind_j) r(t - g_j) + digital_k s(t - h_j)

    a_j ~ N(0, unit_sd)            level of the unit             } IKM points, hence / 25
    b_jt ~ N(0, unit_quarter_sd)   a good or a bad quarter       }
    c_jk ~ N(0, unit_element_sd)   the unit's own strengths, summing to 0 over k
    D_j = 1 for units that are ever trained; g_j, h_j quarters of the first training and of going live

All normals are cut at two standard deviations, which keeps m inside the scale. Parallel trends hold
exactly in m unless drift is planted, and no draw depends on who is trained.

Training adds `effect` IKM points in full, after a ramp r = 1/3, 2/3, 1, 1, … from the quarter of the
first training on (trainings fall in the first month, so the whole quarter counts). The effect is
spread over the elements by shares p_k (sum 1): training_k = effect / 25 * 9 * p_k, so that the mean
over the nine elements times 25 is `effect`. The kind of the first training moves some of it between
elements (`KIND_SHIFTS`, each summing to 0) and not its size. Cost (u4) and facilities (u9) get
exactly nothing: staff cannot move them. Later trainings of a unit keep the effect and add none.

Digital services for citizens add `digital_effect` points, 60 % on time and 40 % on procedure, half
in the first quarter and all from the second (s). Applications for staff add nothing.

From expected scores to answers
-------------------------------
Answer x_ik of respondent i is 1 + the number of thresholds below

    z_ik = q(m'_jtk) + sqrt(rho) f_i + sqrt(1 - rho) e_ik,      f, e ~ N(0, 1)

where q inverts m = 1 + sum_l Phi(q - threshold_l). Every cell therefore has its expected score
exactly, and the planted effect is exact in expectation whatever the level of the unit.
A share `straight_liners` answers one number throughout (3 or 4) whatever happens. The others carry
m' = (m - share * straight_mean) / (1 - share), so that m is the expectation over all respondents:
the planted effect is what the survey shows, dilution by straight-liners included. Each answer is then
lost with probability `missing`, independently of everything.

Who answers (n, sex, age, schooling, occupation, channel) does not depend on training, and does not
change the answers.

Who is trained
--------------
Units are put in random order within their type; every 1 / `trained_share`-th step is taken, and the
`waves` quarters are dealt out in turn. Digital services are dealt out the same way along the cohorts,
so the two are balanced against each other. Order and level of a unit are independent.

Why these constants: they were set so that the answers look like those of published surveys (raw
answers of three Indonesian units, element tables of six); `city.City` says of each what it
was set to reach. Tables beside units and responses are described in `tables`.

How a city of any size is drawn
-------------------------------
Each table has a random stream of its own. Respondents are drawn in blocks, cut as `blocks` tells;
a city of up to 500,000 respondents is one block. What belongs to a unit (level, strengths, share of women)
is the same in all blocks.

`realised` in truth.json is the effect in this very sample: the same respondents with the same draws
answer once with and once without training, averaged over treated cells by respondents.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.simulate import tables as beside
from asn_analysis.simulate.answers import Raised, cell_sizes, draw_answers, expected_scores
from asn_analysis.simulate.city import City, Plan, city_units, roll_out, streams
from asn_analysis.simulate.respondents import BLOCK, Block, Streams, blocks, respondents, streams_of
from asn_analysis.simulate.truth import planted, realised

Asked = Future[tuple[pd.DataFrame, Raised]]
AHEAD = 2  # blocks drawn while one is written: keeps two cores busy, holds some 100 MiB


@dataclass(frozen=True)
class Draft:
    """A city before anybody is asked: who will be, what they are expected to answer, the other tables.

    Attributes
    ----------
    sizes : ndarray
        Respondents (units x quarters).
    scores, untrained : ndarray
        Expected answers as they are, and had nobody been trained (units x quarters x elements).
    blocks : list
        The respondents, cut, each part with its streams.
    tables : dict
        Every table but the responses.
    """

    city: City
    plan: Plan
    sizes: np.ndarray
    scores: np.ndarray
    untrained: np.ndarray
    blocks: list[tuple[Block, Streams]]
    tables: dict[str, pd.DataFrame]

    def truth(self, raised: Raised) -> dict[str, Any]:
        """What was planted and, given what all blocks showed, what of it this sample holds."""
        expected = self.scores - self.untrained
        found = realised(self.plan, self.sizes, expected, raised.means)
        return planted(self.city, self.plan) | {"realised": found}


def draft_city(city: City, block: int = BLOCK) -> Draft:
    """The city before anybody is asked; its respondents are cut into blocks of up to `block`."""
    rng = streams(city.seed)
    units = city_units(city, rng["units"])
    plan = roll_out(city, units, rng)
    sizes = cell_sizes(city, units, rng["cells"])
    scores, untrained = expected_scores(city, plan, rng["cells"])
    cut = blocks(sizes, block)
    parts = list(zip(cut, streams_of(rng, len(cut)), strict=True))
    tables = tables_beside(city, plan, scores.argmin(axis=2), rng)
    return Draft(city, plan, sizes, scores, untrained, parts, tables)


def tables_beside(
    city: City, plan: Plan, weakest: np.ndarray, rng: dict[str, np.random.Generator]
) -> dict[str, pd.DataFrame]:
    trainings = beside.trainings(city, plan, rng["trainings"])
    return {
        "units": plan.units,
        "trainings": trainings,
        "digital_services": beside.digital_services(city, plan, rng["digital_services"]),
        "complaints": beside.complaints(city, plan, rng["complaints"]),
        "consultations": beside.consultations(plan, rng["consultations"]),
        "staff": beside.staff(plan, trainings, rng["staff"]),
        "follow_ups": beside.follow_ups(plan, weakest, rng["follow_ups"]),
    }


def drawn(draft: Draft, raised: Raised) -> Iterator[tuple[Block, pd.DataFrame]]:
    """Each block with its respondents, in order, drawn a little ahead of whoever takes them.

    What training added in a block is added to `raised` when the block is taken.
    """
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[tuple[Block, Asked]] = deque()
        for block, own in draft.blocks:
            waiting.append((block, pool.submit(_ask, draft, block, own)))
            if len(waiting) > AHEAD:
                yield _taken(raised, *waiting.popleft())
        while waiting:
            yield _taken(raised, *waiting.popleft())


def _ask(draft: Draft, block: Block, own: Streams) -> tuple[pd.DataFrame, Raised]:
    scores, untrained = draft.scores[block.cells], draft.untrained[block.cells]
    answers, raised = draw_answers(draft.city, block.sizes, scores, untrained, own.answers)
    return respondents(draft.plan, block, answers, own, draft.city.comments), raised


def _taken(raised: Raised, block: Block, asked: Asked) -> tuple[Block, pd.DataFrame]:
    table, part = asked.result()
    raised.add(block.cells, part)
    return block, table
