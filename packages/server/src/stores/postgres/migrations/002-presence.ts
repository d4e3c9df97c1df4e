/**
 * Who is connected at which server, while its lease runs. Not logged: it costs no fsync, and a crash empties both tables, whereupon each
 * server begins a new lease and writes anew who is connected at it.
 */
export const presence = `
CREATE UNLOGGED TABLE node (
  id text COLLATE "C" PRIMARY KEY,
  lease_until timestamptz NOT NULL,
  batch bigint NOT NULL,         -- number of the last one that it wrote
  forgotten_to bigint NOT NULL   -- who went in a batch up to this one has no row any more
);
CREATE UNLOGGED TABLE presence (
  log bigint NOT NULL,
  user_id bigint NOT NULL,
  node text COLLATE "C" NOT NULL,
  name text NOT NULL,
  user_key text COLLATE "C" NOT NULL,
  here boolean NOT NULL,         -- false: went, which others may not have read yet
  batch bigint NOT NULL,
  PRIMARY KEY (log, user_id, node)
);
CREATE INDEX presence_by_batch ON presence (node, batch, log, user_id);
CREATE INDEX presence_by_key ON presence (log, user_key)`
