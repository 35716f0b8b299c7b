-- The library, format 2. Everything else (passages' vectors, postings) is derived from it.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    media_type TEXT NOT NULL,
    encoding TEXT,
    converter TEXT,
    sha256 TEXT NOT NULL UNIQUE,
    original BLOB NOT NULL,
    text TEXT NOT NULL,
    pages TEXT,
    metadata TEXT NOT NULL,
    added_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT,
    kicker TEXT,
    byline TEXT,
    reporters TEXT NOT NULL,
    correspondents TEXT NOT NULL,
    dateline TEXT,
    event_date TEXT,
    mixed INTEGER NOT NULL,
    blocks TEXT NOT NULL,
    UNIQUE (document_id, position)
) STRICT;

CREATE TABLE passages (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    paragraph INTEGER NOT NULL,
    kind TEXT NOT NULL,
    spans TEXT NOT NULL,
    text TEXT NOT NULL,
    quote TEXT NOT NULL,
    note TEXT,
    beheaded INTEGER NOT NULL,
    cut INTEGER NOT NULL,
    event_date TEXT,
    dates TEXT NOT NULL,
    UNIQUE (document_id, paragraph)
) STRICT;
CREATE INDEX passages_of_article ON passages (article_id);

-- Questions that a passage answers, as the user gave them: indexed beside it, never shown. Those that a language model
-- wrote have a table that is made with the first of them (qa/written.py).
CREATE TABLE questions (
    passage_id TEXT NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    question TEXT NOT NULL,
    PRIMARY KEY (passage_id, position)
) STRICT, WITHOUT ROWID;
