/**
 * The same work by PouchDB: `node bench.mjs serve PORT` holds the server, `node bench.mjs run URL DOCUMENTS` fills it,
 * replicates it, and prints for each piece of work {ms, cpu_s, peak_mb, down_mb, up_mb}, the last four as the server
 * counts them.
 */
import express from 'express';
import pouch from 'express-pouchdb';
import http from 'pouchdb-adapter-http';
import memory from 'pouchdb-adapter-memory';
import PouchDB from 'pouchdb-core';
import { fetch } from 'pouchdb-fetch';
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

function serve() {
  const app = express();
  const Held = PouchDB.defaults({ adapter: 'memory' });
  const sockets = new Set();
  const gone = { down: 0, up: 0 };
  app.get('/_spent', (request, response) => {
    const { user, system } = process.cpuUsage();
    const sum = (name, end) => [...sockets].reduce((total, one) => total + one[name], end);
    response.json({
      cpu_s: (user + system) / 1e6, rss_mb: process.memoryUsage().rss / 2 ** 20,
      peak_mb: process.resourceUsage().maxRSS / 1024, down: sum('bytesWritten', gone.down), up: sum('bytesRead', gone.up),
    });
  });
  app.use('/', pouch(Held, { inMemoryConfig: true, logPath: '/dev/null', mode: 'minimumForPouchDB' }));
  app.listen(Number(where), '127.0.0.1').on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      gone.down += socket.bytesWritten;
      gone.up += socket.bytesRead;
    });
  });
}

const spent = async () => (await fetch(`${where}/_spent`)).json();

async function measured(work) {
  const before = await spent();
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  const after = await spent();
  return {
    ms, cpu_s: after.cpu_s - before.cpu_s, peak_mb: after.peak_mb - before.rss_mb,
    down_mb: (after.down - before.down) / 1e6, up_mb: (after.up - before.up) / 1e6,
  };
}

async function run() {
  const remote = new PouchDB(`${where}/customers`, { adapter: 'http' });
  const unpacked = new PouchDB(`${where}/customers`, {
    adapter: 'http', fetch: (url, options) => { options.headers.set('Accept-Encoding', 'identity'); return fetch(url, options); },
  });
  const local = new PouchDB('phone', { adapter: 'memory' });
  const other = new PouchDB('other phone', { adapter: 'memory' });
  const documents = Array.from({ length: Number(count) }, (_, number) => document(number));
  for (let start = 0; start < documents.length; start += 1000) await remote.bulkDocs(documents.slice(start, start + 1000));
  const pull = () => local.replicate.from(remote, { batch_size: 1000 });
  const edit = async many => remote.bulkDocs((await remote.allDocs({ include_docs: true, limit: many })).rows.map(row => ({ ...row.doc, name: `Edited ${performance.now()}` })));
  const told = {};
  told['first replication, gzip'] = await measured(pull);
  told['first replication, plain'] = await measured(() => other.replicate.from(unpacked, { batch_size: 1000 }));
  await edit(1);
  told['delta of 1'] = await measured(pull);
  await edit(100);
  told['delta of 100'] = await measured(pull);
  await local.bulkDocs(Array.from({ length: 100 }, (_, number) => document(1_000_000 + number)));
  told['push of 100'] = await measured(() => local.replicate.to(remote));
  if ((await local.info()).doc_count !== Number(count) + 100) throw new Error('The replica is not whole.');
  console.log(JSON.stringify(told));
  process.exit(0);
}

if (mode === 'serve') serve(); else await run();
