-- A ledger as the first version left it, with what a night had come to.
CREATE TABLE ledger_version (version BIGINT NOT NULL);
INSERT INTO ledger_version VALUES (1);
CREATE TABLE runs (
	id          BIGINT PRIMARY KEY,
	command     TEXT   NOT NULL,
	pid         BIGINT NOT NULL,
	host        TEXT   NOT NULL,
	started     BIGINT NOT NULL,
	ended       BIGINT NOT NULL DEFAULT 0,
	interrupted BIGINT NOT NULL DEFAULT 0,
	exit_code   BIGINT NOT NULL DEFAULT 0,
	summary     TEXT   NOT NULL DEFAULT ''
);
CREATE TABLE batches (
	id         TEXT   PRIMARY KEY,
	zone       TEXT   NOT NULL,
	run        BIGINT REFERENCES runs (id),
	state      TEXT   NOT NULL,
	sent       BIGINT NOT NULL,
	attempts   BIGINT NOT NULL,
	targets    BIGINT NOT NULL,
	units      BIGINT NOT NULL,
	accepted   BIGINT NOT NULL DEFAULT 0,
	failed     BIGINT NOT NULL DEFAULT 0,
	job_id     TEXT   NOT NULL DEFAULT '',
	request_id TEXT   NOT NULL DEFAULT '',
	error      TEXT   NOT NULL DEFAULT '',
	updated    BIGINT NOT NULL
);
CREATE INDEX batches_state ON batches (state);
CREATE TABLE targets (
	url         TEXT   PRIMARY KEY,
	zone        TEXT   NOT NULL,
	cost        BIGINT NOT NULL,
	state       TEXT   NOT NULL,
	run         BIGINT REFERENCES runs (id),
	place       BIGINT NOT NULL DEFAULT 0,
	batch       TEXT   REFERENCES batches (id),
	position    BIGINT NOT NULL DEFAULT 0,
	job_id      TEXT   NOT NULL DEFAULT '',
	reason      TEXT   NOT NULL DEFAULT '',
	updated     BIGINT NOT NULL,
	accepted_at BIGINT NOT NULL DEFAULT 0,
	warm_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX targets_state ON targets (state, zone);
CREATE INDEX targets_batch ON targets (batch);
CREATE TABLE quota_days (
	zone      TEXT   NOT NULL,
	day       TEXT   NOT NULL,
	units     BIGINT NOT NULL DEFAULT 0,
	daily     BIGINT NOT NULL DEFAULT 0,
	available BIGINT NOT NULL DEFAULT 0,
	updated   BIGINT NOT NULL,
	PRIMARY KEY (zone, day)
);
-- 2026-03-01T12:00:00+08:00
INSERT INTO runs (id, command, pid, host, started) VALUES (1, 'run', 7, 'old', 1772337600000);
INSERT INTO batches (id, zone, run, state, sent, attempts, targets, units, accepted, job_id, updated)
	VALUES ('done', 'zone-a', 1, 'settled', 1772337600000, 1, 1, 1, 1, 'job-1', 1772337600000);
INSERT INTO batches (id, zone, run, state, sent, attempts, targets, units, updated)
	VALUES ('lost', 'zone-a', 1, 'intent', 1772337600000, 1, 1, 3, 1772337600000);
INSERT INTO targets (url, zone, cost, state, run, place, batch, position, job_id, updated, accepted_at)
	VALUES ('accepted', 'zone-a', 1, 'accepted', 1, 1, 'done', 0, 'job-1', 1772337600000, 1772337600000);
INSERT INTO targets (url, zone, cost, state, run, place, batch, updated)
	VALUES ('lost', 'zone-a', 3, 'intent', 1, 2, 'lost', 1772337600000);
INSERT INTO targets (url, zone, cost, state, run, place, updated)
	VALUES ('planned', 'zone-a', 1, 'planned', 1, 3, 1772337600000);
INSERT INTO quota_days VALUES ('zone-a', '2026-03-01', 1, 1000, 900, 1772337600000);
