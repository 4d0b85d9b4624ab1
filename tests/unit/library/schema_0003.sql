-- The schema of 0002 as SQLite kept it in libraries of that time. Never changes.
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
