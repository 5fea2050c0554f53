/**
 * The same work by PouchDB: `node bench.mjs serve PORT` holds the server, `node bench.mjs run URL DOCUMENTS` fills it,
 * replicates it, and prints {first_ms, delta_one_ms, delta_hundred_ms, push_hundred_ms}.
 */
import express from 'express';
import pouch from 'express-pouchdb';
import http from 'pouchdb-adapter-http';
import memory from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import mapreduce from 'pouchdb-mapreduce';
import replication from 'pouchdb-replication';

PouchDB.plugin(memory).plugin(http).plugin(mapreduce).plugin(replication);
const [mode, where, count] = process.argv.slice(2);

function document(number) {
  const own = `0197a000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  const at = '2026-01-02T10:00:00.123456Z';
  return {
    _id: own, kind: 'person', name: `Durand ${number}`, given_name: 'Camille', territory_id: own, role: 'prospect',
    first_touch_source: 'shop', first_touch_at: at, created_at: at, updated_at: at,
  };
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

if (mode === 'serve') {
  const app = express();
  const Held = PouchDB.defaults({ adapter: 'memory' });
  app.use('/', pouch(Held, { inMemoryConfig: true, logPath: '/dev/null', mode: 'minimumForPouchDB' }));
  app.listen(Number(where), '127.0.0.1');
} else {
  const remote = new PouchDB(`${where}/customers`, { adapter: 'http' });
  const local = new PouchDB('phone', { adapter: 'memory' });
  const documents = Array.from({ length: Number(count) }, (_, number) => document(number));
  for (let start = 0; start < documents.length; start += 1000) await remote.bulkDocs(documents.slice(start, start + 1000));
  const pull = () => local.replicate.from(remote, { batch_size: 1000 });
  const edit = async many => remote.bulkDocs((await remote.allDocs({ include_docs: true, limit: many })).rows.map(row => ({ ...row.doc, name: `Edited ${performance.now()}` })));
  const first_ms = await timed(pull);
  await edit(1);
  const delta_one_ms = await timed(pull);
  await edit(100);
  const delta_hundred_ms = await timed(pull);
  await local.bulkDocs(Array.from({ length: 100 }, (_, number) => document(1_000_000 + number)));
  const push_hundred_ms = await timed(() => local.replicate.to(remote));
  const held = (await local.info()).doc_count;
  console.log(JSON.stringify({ first_ms, delta_one_ms, delta_hundred_ms, push_hundred_ms, held }));
  process.exit(0);
}
