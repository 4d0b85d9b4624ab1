-- The schema of 0004 as SQLite kept it in libraries of that time. Never changes.
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE files (
  sha256 VARCHAR NOT NULL,
  size_bytes INTEGER NOT NULL,
  name TEXT NOT NULL,
  format VARCHAR NOT NULL,
  imported_at_utc BIGINT NOT NULL,
  recordings INTEGER NOT NULL,
  PRIMARY KEY (sha256)
);
CREATE TABLE runs (
  run_id VARCHAR NOT NULL,
  preferred_recording_id VARCHAR,
  PRIMARY KEY (run_id)
);
CREATE TABLE members (
  recording_id VARCHAR NOT NULL,
  run_id VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  session_index INTEGER NOT NULL,
  PRIMARY KEY (recording_id),
  FOREIGN KEY(run_id) REFERENCES runs (run_id),
  FOREIGN KEY(sha256) REFERENCES files (sha256)
);
CREATE INDEX members_by_run ON members (run_id);
CREATE INDEX members_by_file ON members (sha256);
CREATE TABLE recordings (
  recording_id VARCHAR NOT NULL,
  started_at_utc BIGINT NOT NULL,
  utc_offset_s INTEGER,
  sport VARCHAR NOT NULL,
  duration_s FLOAT,
  elapsed_s FLOAT NOT NULL,
  distance_m FLOAT,
  device_manufacturer VARCHAR,
  device_product VARCHAR,
  device_serial_number VARCHAR,
  device_software VARCHAR,
  sensor_name VARCHAR,
  sensor_manufacturer VARCHAR,
  sensor_product VARCHAR,
  sensor_serial_number VARCHAR,
  sensor_evidence VARCHAR,
  session_balance_left_pct FLOAT,
  has_balance INTEGER NOT NULL,
  usable_s FLOAT,
  usable_share FLOAT,
  samples_sha256 VARCHAR NOT NULL,
  rows INTEGER NOT NULL,
  computed_by VARCHAR NOT NULL,
  PRIMARY KEY (recording_id),
  FOREIGN KEY(recording_id) REFERENCES members (recording_id) ON DELETE CASCADE
);
CREATE INDEX recordings_by_start ON recordings (started_at_utc);
CREATE TABLE details (
  recording_id VARCHAR NOT NULL,
  laps TEXT NOT NULL,
  pauses TEXT NOT NULL,
  issues TEXT NOT NULL,
  developer_fields TEXT NOT NULL,
  dropped TEXT NOT NULL, ground TEXT,
  PRIMARY KEY (recording_id),
  FOREIGN KEY(recording_id) REFERENCES recordings (recording_id) ON DELETE CASCADE
);
CREATE TABLE blocks (
  recording_id VARCHAR NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (recording_id),
  FOREIGN KEY(recording_id) REFERENCES recordings (recording_id) ON DELETE CASCADE
);
CREATE TABLE measures (
  recording_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  value FLOAT,
  se FLOAT,
  low FLOAT,
  high FLOAT,
  unit VARCHAR NOT NULL,
  n_effective FLOAT,
  PRIMARY KEY (recording_id, name),
  FOREIGN KEY(recording_id) REFERENCES recordings (recording_id) ON DELETE CASCADE
)
 WITHOUT ROWID;
CREATE TABLE settings (
  name VARCHAR NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE annotations (
  run_id VARCHAR NOT NULL,
  title TEXT,
  notes TEXT,
  shoes TEXT,
  is_race INTEGER NOT NULL,
  PRIMARY KEY (run_id),
  FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE TABLE tags (
  run_id VARCHAR NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (run_id, tag),
  FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE TABLE notes (
  name VARCHAR NOT NULL,
  text TEXT NOT NULL,
  written_at_utc BIGINT NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE phones (
  phone_id VARCHAR NOT NULL,
  token_sha256 VARCHAR NOT NULL,
  name TEXT NOT NULL,
  paired_at_utc BIGINT NOT NULL,
  expires_at_utc BIGINT NOT NULL,
  PRIMARY KEY (phone_id),
  UNIQUE (token_sha256)
);
CREATE TABLE ground (
  run_id VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  start_s FLOAT,
  end_s FLOAT,
  surface VARCHAR,
  camber VARCHAR,
  PRIMARY KEY (run_id, position),
  FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE TABLE experiments (
  experiment_id VARCHAR NOT NULL,
  registered_at_utc BIGINT NOT NULL,
  registration TEXT NOT NULL,
  sha256 VARCHAR NOT NULL,
  ended_at_utc BIGINT,
  end_reason TEXT,
  PRIMARY KEY (experiment_id)
);
CREATE TABLE experiment_records (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  experiment_id VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  recorded_at_utc BIGINT NOT NULL,
  run_id VARCHAR,
  record TEXT NOT NULL,
  FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE,
  FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE INDEX experiment_records_by_experiment ON experiment_records (experiment_id);
CREATE TRIGGER experiments_new BEFORE INSERT ON experiments
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id)
BEGIN SELECT RAISE(ABORT, 'this experiment is registered already'); END;
CREATE TRIGGER experiments_frozen BEFORE UPDATE ON experiments
WHEN OLD.ended_at_utc IS NOT NULL OR NEW.experiment_id IS NOT OLD.experiment_id
OR NEW.registered_at_utc IS NOT OLD.registered_at_utc
OR NEW.registration IS NOT OLD.registration OR NEW.sha256 IS NOT OLD.sha256
BEGIN SELECT RAISE(ABORT, 'what is registered is never edited'); END;
CREATE TRIGGER experiments_ended_first BEFORE DELETE ON experiments
WHEN OLD.ended_at_utc IS NULL
BEGIN SELECT RAISE(ABORT, 'an experiment is ended before it is deleted'); END;
CREATE TRIGGER experiment_records_new BEFORE INSERT ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiment_records WHERE id = NEW.id)
OR EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id
AND ended_at_utc IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'records are only added, and before the end'); END;
CREATE TRIGGER experiment_records_frozen BEFORE UPDATE ON experiment_records
BEGIN SELECT RAISE(ABORT, 'records are never edited'); END;
CREATE TRIGGER experiment_records_kept BEFORE DELETE ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = OLD.experiment_id)
BEGIN SELECT RAISE(ABORT, 'records are never deleted by themselves'); END;
