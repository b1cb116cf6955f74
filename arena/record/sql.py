"""The tables of a run's file."""

SCHEMA = 12
"""Version of the tables below."""

TABLES = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE texts (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE matches (
    id TEXT PRIMARY KEY, game TEXT NOT NULL, repetition INTEGER NOT NULL, seed INTEGER NOT NULL,
    paraphrase INTEGER NOT NULL, labels INTEGER NOT NULL, event INTEGER NOT NULL,
    "order" INTEGER NOT NULL,
    deals TEXT NOT NULL, ending TEXT NOT NULL, ended_by INTEGER, verdict TEXT,
    closed TEXT NOT NULL, superseded TEXT);
CREATE TABLE seats (
    match TEXT NOT NULL, seat INTEGER NOT NULL, contestant TEXT NOT NULL, payoff TEXT,
    PRIMARY KEY (match, seat)) WITHOUT ROWID;
CREATE TABLE checks (
    match TEXT NOT NULL, seat INTEGER NOT NULL, verdict TEXT NOT NULL,
    valence INTEGER, arousal INTEGER, emotion TEXT,
    PRIMARY KEY (match, seat)) WITHOUT ROWID;
CREATE TABLE decisions (
    match TEXT NOT NULL, number INTEGER NOT NULL, seat INTEGER NOT NULL, turn INTEGER NOT NULL,
    action TEXT, felt TEXT, intensity INTEGER, shown TEXT, shown_intensity INTEGER,
    shape TEXT, size INTEGER, verdict TEXT NOT NULL, told INTEGER, seen INTEGER,
    probabilities TEXT, coverage REAL, unseen REAL, frame TEXT, how TEXT, passes INTEGER,
    PRIMARY KEY (match, number)) WITHOUT ROWID;
CREATE TABLE attempts (
    match TEXT NOT NULL, seat INTEGER NOT NULL, turn INTEGER NOT NULL, number INTEGER NOT NULL,
    messages TEXT NOT NULL, verdict TEXT NOT NULL, reply TEXT, stop TEXT, usage TEXT, cost REAL,
    served_model TEXT, seconds REAL, reasoning TEXT, raw TEXT, sampling TEXT, weights TEXT,
    failure TEXT, lenient TEXT, filed TEXT NOT NULL, model TEXT NOT NULL, part TEXT NOT NULL,
    PRIMARY KEY (match, seat, turn, number)) WITHOUT ROWID;
CREATE TABLE opinions (
    match TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, part TEXT NOT NULL,
    round INTEGER NOT NULL, verdict TEXT NOT NULL, action TEXT, strength INTEGER, reason TEXT,
    shown TEXT, shown_intensity INTEGER, lot REAL, belief TEXT,
    PRIMARY KEY (match, number, place)) WITHOUT ROWID;
CREATE TABLE drafts (
    match TEXT NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (match, hash)) WITHOUT ROWID;
CREATE TABLE probes (
    model TEXT NOT NULL, usage TEXT, cost REAL, failure TEXT, filed TEXT NOT NULL);
CREATE TABLE reservations (model TEXT NOT NULL, cost REAL NOT NULL, filed TEXT NOT NULL);
CREATE TABLE notes (kind TEXT NOT NULL, about TEXT NOT NULL, filed TEXT NOT NULL);
CREATE TABLE participants (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, robot INTEGER NOT NULL,
    filed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE stages (
    participant TEXT NOT NULL, number INTEGER NOT NULL, stage TEXT NOT NULL, about TEXT NOT NULL,
    filed TEXT NOT NULL,
    PRIMARY KEY (participant, number)) WITHOUT ROWID;
CREATE TABLE seatings (
    match TEXT NOT NULL, seat INTEGER NOT NULL, turn INTEGER NOT NULL, participant TEXT,
    contestant TEXT, language TEXT, reason TEXT NOT NULL, filed TEXT NOT NULL,
    PRIMARY KEY (match, seat, turn)) WITHOUT ROWID;
CREATE TABLE answers (
    participant TEXT NOT NULL, page TEXT NOT NULL, number INTEGER NOT NULL, given TEXT NOT NULL,
    wrong TEXT NOT NULL, filed TEXT NOT NULL,
    PRIMARY KEY (participant, page, number)) WITHOUT ROWID;
CREATE TABLE readings (
    match TEXT NOT NULL, seat INTEGER NOT NULL, turn INTEGER NOT NULL, number INTEGER NOT NULL,
    participant TEXT NOT NULL, display TEXT NOT NULL, unread TEXT, mean TEXT, last TEXT,
    frames INTEGER NOT NULL, faceless REAL, face TEXT, intensity INTEGER, filed TEXT NOT NULL,
    PRIMARY KEY (match, seat, turn, number)) WITHOUT ROWID;
CREATE TABLE externals (
    participant TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (participant, name)) WITHOUT ROWID;
CREATE TABLE tokens (
    token TEXT PRIMARY KEY, participant TEXT NOT NULL, link TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE chain (
    run TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (run, number)) WITHOUT ROWID;
CREATE TABLE head (run TEXT PRIMARY KEY, number INTEGER NOT NULL, link BLOB NOT NULL) WITHOUT ROWID;
"""

SAMPLED = """
LEFT JOIN attempts l ON l.match = d.match AND l.seat = d.seat AND l.turn = d.turn AND l.number = (
    SELECT max(number) FROM attempts a
    WHERE a.match = d.match AND a.seat = d.seat AND a.turn = d.turn AND sampling IS NOT NULL)
"""
"""Joins decisions `d` with the attempts `l` that drew them: the last with a reply."""
TEMPERATURE = """
coalesce(json_extract(l.sampling, '$.applied.temperature'),
    json_extract(l.sampling, '$.sent.temperature'))
"""
"""Of such an attempt: as the engine reports it, or as it was sent; missing if nobody knows it."""

HELD = """
LEFT JOIN seatings first ON first.match = {rows}.match AND first.seat = {rows}.seat
    AND first.turn = -1
LEFT JOIN seatings after ON after.match = {rows}.match AND after.seat = {rows}.seat
    AND after.turn > -1
"""
"""Joins rows that name a match and a seat with who held it in a lab: `first`, and who went on,
`after`. The first turn is that of an opening, -1."""
PERSON = "CASE WHEN after.turn IS NULL OR d.turn < after.turn THEN first.participant END"
"""Of a decision `d` beside them, who made it; missing for an agent."""
SUCCESSOR = "CASE WHEN d.turn >= after.turn THEN after.contestant END"
"""The contestant who made it in place of the seat's own; missing for the seat's own."""

READ = """
LEFT JOIN readings r ON r.match = d.match AND r.seat = d.seat AND r.turn = d.turn AND r.number = (
    SELECT max(number) FROM readings x
    WHERE x.match = d.match AND x.seat = d.seat AND x.turn = d.turn)
"""
"""Joins decisions `d` with the readings `r` of their makers' faces: the last, where an answer was
sent again."""
FACES = {
    "display": "r.display", "unread": "r.unread", "face": "r.face",
    "face_intensity": "r.intensity", "face_mean": "r.mean", "face_last": "r.last",
    "frames": "r.frames", "faceless": "r.faceless",
}  # fmt: skip
"""Columns of such a reading as tables of decisions have them."""

KNOWN = f"d.verdict, {TEMPERATURE}, l.sampling, {PERSON}, {SUCCESSOR}, {', '.join(FACES.values())}"
"""What is known of a decision `d` beside its match's record."""
KNOWN_FROM = SAMPLED + HELD.format(rows="d") + READ
"""The joins that it takes."""

ROBOTIC = """
CREATE TEMP VIEW robotic AS SELECT match FROM main.seatings
WHERE participant IN (SELECT id FROM main.participants WHERE robot)
"""
"""The matches in which a scripted participant sits, which tables and measures leave out."""
UNMARKED = "CREATE TEMP VIEW robotic AS SELECT NULL AS match WHERE 0"
"""The same where scripted participants count like all others: none."""
COUNTED = """
CREATE TEMP VIEW counted AS SELECT rowid AS place, * FROM main.matches
WHERE superseded IS NULL AND id NOT IN (SELECT match FROM robotic)
"""
"""The matches that count, each with its place in the order of closing.

Every connection makes the views for itself, so that files of all ages have them: one of the two
of `robotic` first.
"""
