-- What the org has revoked, for every process that takes its tokens: until a day after the moment no such token is good.
CREATE TABLE revocations (
    iss TEXT NOT NULL,
    -- A person's id, or a login.
    kind TEXT NOT NULL CHECK (kind IN ('person', 'login')),
    name TEXT NOT NULL,
    -- Tokens that were issued until then are refused.
    issued_until BIGINT NOT NULL,
    noted_at BIGINT NOT NULL,
    PRIMARY KEY (iss, kind, name)
);
CREATE INDEX revocations_by_time ON revocations (noted_at);
