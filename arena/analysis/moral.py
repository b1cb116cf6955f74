"""Moral judgements of a run: what emotions change in them, item by item.

Arms are compared within items, so that what an item is like cancels. Items are clusters; wordings
cross them, and count as clusters of a second kind where there are enough.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from arena.analysis.due_decisions import DueDecisions
from arena.analysis.registered import SAME, TESTS
from arena.analysis.result import Result
from arena.analysis.treatments import Comparison, comparisons_of
from arena.record.judgements import vignette
from arena.record.run import Run
from games import BadInput
from games.core.errors import check_known
from games.core.items import Item
from games.core.vignette import Vignette
from games.moral_dilemma import ACTED, DECLINED
from games.moral_dilemma import RIGHT as CHOSE_RIGHT
from games.moral_judgement import RIGHT as JUDGED_RIGHT
from games.moral_judgement import SAID_WRONG, WRONG
from games.stereotype_recognition import CALLED
from games.stereotype_recognition import RIGHT as CLASSIFIED_RIGHT
from prompts import Verdict
from ratings.core.emotion import effects as estimates
from ratings.core.emotion.contrasts import DISPLAYS, Contrast
from ratings.core.emotion.due_decisions import KEYS, REFUSED, YES_NO, Scale
from ratings.core.emotion.effects import ALPHA, EFFECTS, LEVELS
from ratings.core.emotion.signal_detection import (
    MEASURES,
    signal_effects,
    signal_levels,
)
from ratings.core.statistics.equivalence import tost, unspread
from ratings.core.statistics.least_squares import holm

WHOLE, BY_TAG = "measures", "tags"
FAMILIES = {
    WHOLE: "each measure over all items of a set",
    BY_TAG: "the same by what items are about, such as the rule that is broken",
}
"""Families of rows, each in words. P values are adjusted within a family."""

TAGGED = (JUDGED_RIGHT, CHOSE_RIGHT, DECLINED, ACTED, CLASSIFIED_RIGHT)
"""Outcomes that are also told by tag."""

COLUMNS = {
    "game": "id of the game",
    "items": "name of the item set",
    "outcome": "what is measured",
    "tag": "what the items are about; empty for all of them",
    "contestant": "who decided, but for the treatment",
    "family": "measures or tags",
    "emotion": "what was induced in the arm; empty for steps of the mode",
    **EFFECTS,
    "yes_no": "whether the level is a share of decisions",
    **TESTS,
}
"""All columns of the table, each with its meaning."""

ARM = {
    "game": "id of the game",
    "contestant": "who decided, but for the treatment",
    "arm": "the treatment",
}
"""Columns that name an arm."""


LEVEL = (*ARM, "items", "outcome", "tag", "yes_no", *LEVELS)
CONFUSION = (*ARM, "right", "called", "share", "items")
"""Columns of the tables of levels and of confusions."""

REPLIES = {
    "asked": "number of questions",
    "answered": "share that got one of the options, to choose neither action included",
    "refused": "share in which the model declined to reply, at once or at last",
    "unreadable": "share in which no reply held one option",
    "failed": "share in which no reply arrived",
}
"""Columns of the table of replies besides ARM."""


@dataclass(frozen=True)
class MoralRequest:
    """Choice of games, contrasts and margins.

    Args:
        games: ids; none for all that show vignettes.
        pooled: cause, intensity, or both: arms that differ in these alone are one.
        margin: how large an effect on a share counts as none; None for no test of sameness.
        margin_d: the same of d' and the criterion.
    """

    games: Sequence[str] = ()
    pooled: frozenset[str] = frozenset()
    margin: float | None = None
    margin_d: float | None = None


@dataclass(frozen=True, eq=False)
class Moral(Result):
    """Moral judgements of a run.

    Attributes:
        levels: columns LEVEL: what was answered in each arm.
        confusion: columns CONFUSION: of each class, what it was called.
        replies: columns ARM and REPLIES: how many questions got an answer, and what the rest got.
    """

    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    confusion: pd.DataFrame = field(default_factory=pd.DataFrame)
    replies: pd.DataFrame = field(default_factory=pd.DataFrame)


def vignettes(run: Run, wanted: Sequence[str] = ()) -> dict[str, Vignette]:
    """The games of a run that show vignettes, by id.

    Args:
        run: what was played.
        wanted: ids; none for all.

    Raises:
        BadInput: a name is unknown, or there are none.
    """
    check_known("game of this run", wanted, run.manifest.design["games"])
    keys = wanted or tuple(run.manifest.design["games"])
    stages = {key: vignette(run.game(key)) for key in keys}
    found = {key: stage for key, stage in stages.items() if stage is not None}
    if not found:
        raise BadInput(f"{run.folder} shows no vignettes: no moral judgement was asked for")
    return found


def moral(run: Run, request: MoralRequest | None = None) -> Moral:
    """The moral judgements of a run, with the effects of emotions on them.

    Args:
        run: what was played.
        request: which games, arms and margins.

    Raises:
        BadInput: a name is unknown, only outcomes were recorded, or there are no vignettes.
    """
    request = request or MoralRequest()
    run.require_sample()
    contestants = run.manifest.design["contestants"]
    compared = comparisons_of(contestants, request.pooled)
    games = [
        _Game(key, stage, judged(run, key, stage), compared, _verdicts(run, key))
        for key, stage in vignettes(run, request.games).items()
    ]
    games = [each for each in games if len(each.rows)]
    table = joined([each.effects() for each in games], COLUMNS)
    whole = tested(table.reindex(columns=list(COLUMNS)), request)
    return Moral.of(
        run,
        whole,
        levels=joined([each.levels() for each in games], LEVEL),
        confusion=joined([each.confusion() for each in games], CONFUSION),
        replies=joined([each.replies() for each in games], [*ARM, *REPLIES]),
    )


def joined(tables: Sequence[pd.DataFrame], columns: Iterable[str]) -> pd.DataFrame:
    """Tables one below the other; of none, one with the columns and no rows."""
    filled = [table for table in tables if len(table)]
    if not filled:
        return pd.DataFrame(columns=[*columns])
    return pd.concat(filled, ignore_index=True)


def _verdicts(run: Run, key: str) -> dict[str, str]:
    """By void match of a game, the verdict on its last reply."""
    sql = "SELECT id, verdict FROM counted WHERE game = ? AND verdict IS NOT NULL"
    return dict(run.rows(sql, key).fetchall())


def judged(run: Run, key: str, stage: Vignette) -> pd.DataFrame:
    """The decisions due in a game of vignettes, in clusters of items.

    Args:
        run: what was played.
        key: id of the game.
        stage: its rules.

    Returns:
        The columns of `arena.analysis.due_decisions.COLUMNS`, with item as cluster; crossed, the
        wording; right and tag of the item, and signal, whether "wrong" is right.
    """
    due = DueDecisions(run, key, run.manifest.design["contestants"])
    table = due.table
    table = table[table["outcome"].isin([each.name for each in stage.outcomes])]
    items = [_item(stage, place) for place in table["place"]]
    return table.assign(
        crossed=table["cluster"],
        unit=table["cluster"].astype(str) + "; " + table["unit"],
        cluster=[item.id for item in items],
        right=[item.right for item in items],
        tag=["; ".join(item.tags) for item in items],
        signal=[item.right == WRONG for item in items],
    )


def _item(stage: Vignette, place: str) -> Item:
    """The item of a decision, from the situation that it was due in: "round 0; ITEM ORDER"."""
    return stage.item_of(place.partition("; ")[2])


@dataclass(frozen=True, eq=False)
class _Game:
    """The judgements of one game.

    Args:
        key: its id.
        stage: its rules.
        rows: of `judged`.
        compared: the arms of the design.
        verdicts: by void match, that on its last reply.
    """

    key: str
    stage: Vignette
    rows: pd.DataFrame
    compared: Sequence[Comparison]
    verdicts: Mapping[str, str]

    @property
    def scales(self) -> dict[str, Scale]:
        """All outcomes are answers of yes or no."""
        return dict.fromkeys(self.rows["outcome"].unique(), YES_NO)

    def effects(self) -> pd.DataFrame:
        """Rows of COLUMNS, not yet tested."""
        tables = [table for each in self.compared for table in self._compared(each)]
        tables = [table for table in tables if len(table)]
        if not tables:
            return pd.DataFrame(columns=list(COLUMNS))
        return self._told(pd.concat(tables, ignore_index=True))

    def _compared(self, each: Comparison) -> Iterator[pd.DataFrame]:
        rows = each.of(self.rows)
        contrasts = [c for c in each.contrasts if c.name not in DISPLAYS]
        whole = estimates.effects(rows, self.scales, contrasts)
        emotions = {arm: each.emotion(arm) for arm in rows["arm"].unique()}
        for table in (
            whole.assign(tag="", family=WHOLE, yes_no=True),
            self._signals(rows, whole, contrasts),
            *(
                estimates.effects(part, self.scales, contrasts).assign(
                    tag=tag, family=BY_TAG, yes_no=True
                )
                for tag, part in _tagged(rows)
            ),
        ):
            yield table.assign(emotion=[emotions.get(arm, "") for arm in table.get("arm", ())])

    def _signals(
        self, rows: pd.DataFrame, whole: pd.DataFrame, contrasts: Sequence[Contrast]
    ) -> pd.DataFrame:
        """D' and criterion, with the counts of what was said."""
        said = rows[rows["outcome"] == SAID_WRONG]
        if said.empty:
            return pd.DataFrame()
        table = signal_effects(said, contrasts)
        levels = signal_levels(said).set_index([*KEYS, "arm"])
        if table.empty:
            return table
        counts = whole[whole["outcome"] == SAID_WRONG]
        key = ["game", "contestant", "contrast", "arm", "reference"]
        beside = [name for name in counts if name not in {*table, "scale", "size_low", "size_high"}]
        table = table.merge(counts[[*key, *beside]], on=key, how="left")
        for end, arm in (("", "arm"), ("reference_", "reference")):
            at = pd.MultiIndex.from_frame(table[[*KEYS, arm]])
            for name in ("level", "level_low", "level_high"):
                table[f"{end}{name}"] = levels[name].reindex(at).to_numpy()
        return table.assign(scale="", size=np.nan, tag="", family=WHOLE, yes_no=False)

    def levels(self) -> pd.DataFrame:
        """Levels of the measures in every arm."""
        rows = self._all_arms()
        tables = [estimates.levels(rows, self.scales).assign(tag="", yes_no=True)]
        said = rows[rows["outcome"] == SAID_WRONG]
        if len(said):
            counts = tables[0][tables[0]["outcome"] == SAID_WRONG].drop(
                columns=["outcome", "level", "level_low", "level_high", "yes_no"]
            )
            signals = signal_levels(said).merge(counts, on=["game", "contestant", "arm"])
            tables.append(signals.assign(yes_no=False))
        tables += [
            estimates.levels(part, self.scales).assign(tag=tag, yes_no=True)
            for tag, part in _tagged(rows)
        ]
        table = self._told(pd.concat(tables, ignore_index=True))
        return table[[*LEVEL]]

    def confusion(self) -> pd.DataFrame:
        """Of each class of stereotype items, what it was called: shares of what was answered."""
        rows = self._all_arms()
        called = {outcome: name for name, outcome in CALLED.items()}
        rows = rows[rows["outcome"].isin(list(called))]
        rows = rows.assign(called=rows["outcome"].map(called))
        grouped = rows.groupby([*ARM, "right", "called"], sort=False)
        return grouped.agg(share=("value", "mean"), items=("cluster", "nunique")).reset_index()

    def replies(self) -> pd.DataFrame:
        """Shares of the questions by kind of reply; columns ARM and REPLIES."""
        rows = self._all_arms()
        rows = rows[rows["outcome"] == self.stage.outcomes[0].name]
        last = pd.Series([self.verdicts.get(match, "") for match in rows["match"]], rows.index)
        refused = (rows["lost"] == REFUSED) | (last == Verdict.REFUSED)
        failed = last == Verdict.PROVIDER_ERROR
        answered = rows["value"].notna() & ~refused
        kinds = {
            "answered": answered,
            "refused": refused,
            "failed": failed,
            "unreadable": ~(answered | refused | failed),
        }
        counted = rows.assign(asked=1, **kinds).groupby([*ARM], sort=False)
        means = {name: (name, "mean") for name in kinds}
        return counted.agg(asked=("asked", "sum"), **means).reset_index()

    def _all_arms(self) -> pd.DataFrame:
        """Decisions of all contestants. Compared contestants have the names of their arms."""
        named: dict[str, tuple[str, str]] = {}
        for each in self.compared:
            for name, arm in each.arms.items():
                named.setdefault(name, (arm.contestant, arm.arm))
        pairs = [named.get(name, (name, "")) for name in self.rows["contestant"]]
        return self.rows.assign(contestant=[p[0] for p in pairs], arm=[p[1] for p in pairs])

    def _told(self, table: pd.DataFrame) -> pd.DataFrame:
        """The same with the item set, outcomes in their order."""
        names = [each.name for each in self.stage.outcomes]
        order = {name: at for at, name in enumerate((*names, *MEASURES))}
        table = table.assign(items=self.stage.items)
        return table.sort_values(
            "outcome", key=lambda outcomes: outcomes.map(order), kind="stable", ignore_index=True
        )


def _tagged(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The main outcomes by tag, where there are several tags."""
    main = rows[rows["outcome"].isin(TAGGED)]
    tags = sorted(main["tag"].unique())
    if len(tags) > 1:
        yield from ((tag, main[main["tag"] == tag]) for tag in tags)


def tested(table: pd.DataFrame, request: MoralRequest) -> pd.DataFrame:
    """Rows with p values and arrows of their families, and tests of sameness.

    Args:
        table: columns COLUMNS.
        request: with the margins.
    """
    parts = [_tested(table[table["family"] == family], request) for family in FAMILIES]
    return pd.concat(parts, ignore_index=True)


def _tested(rows: pd.DataFrame, request: MoralRequest) -> pd.DataFrame:
    """One family."""
    if rows.empty:
        return rows
    table = estimates.family(rows)
    numbers = {"effect", "error", "df", "clusters", "bounds_low", "bounds_high"}
    table = table.astype(dict.fromkeys(numbers, float))
    share, other = (np.nan if m is None else m for m in (request.margin, request.margin_d))
    margin = np.where(table["yes_no"].astype(bool), share, other)
    p = tost(table["effect"], table["error"], table["df"], margin)
    p = holm(unspread(p, table["error"], table["clusters"]))
    inside = (table["bounds_low"] > -margin) & (table["bounds_high"] < margin)
    same = (p < ALPHA) & inside & (table["note"] == "") & (table["arrow"] == "")
    arrow = table["arrow"].mask(same, SAME)
    return table.assign(margin=margin, equivalence=p, arrow=arrow)
