/**
 * Real RxDB clients under remote control: one JSON command a line on standard input, one JSON answer a line.
 *
 * A command is {op, phone, ...}; answers are {ok: value} or {error: text}. `unmodified: true` opens a phone with the
 * plainest handlers that the RxDB documentation shows, without our client code.
 */
import { createInterface } from 'node:readline';
import { createRxDatabase } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import { Subject } from 'rxjs';
import { FuretServer, digestOf, furetReplication, isWhole } from '../../field_api/sync/client/furet-replication.mjs';

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
const phones = new Map();
let opened = 0;

/** The network of one phone: may be off, lose replies, delay what is sent and hold back what is answered (in ms). */
function network(phone) {
  return async (url, options = {}) => {
    const kind = /\/(pull|push|stream)/.exec(url)?.[1];
    if (!phone.online) throw new Error('no network');
    phone.calls[kind] = (phone.calls[kind] ?? 0) + 1;
    if (phone.delay[kind]) await sleep(phone.delay[kind]);
    const answer = await fetch(url, options);
    if (kind === 'push' && phone.loseReplies > 0) {
      phone.loseReplies--;
      await answer.arrayBuffer();
      throw new Error('reply lost');
    }
    if (phone.hold[kind]) await sleep(phone.hold[kind]);
    return answer;
  };
}

const commands = {
  async open({ url, token, name = 'customers', batch = 5, live = false, unmodified = false, identifier, guard = true }) {
    const phone = { name, online: true, loseReplies: 0, delay: {}, hold: {}, calls: {}, errors: [], conflicts: 0 };
    phone.server = new FuretServer({ url, token: () => token, fetch: network(phone), retryMs: 200 });
    const { epoch, collections } = await phone.server.collections();
    const described = collections.find(one => one.name === name);
    phone.db = await createRxDatabase({ name: `phone${opened++}`, storage: getRxStorageMemory(), multiInstance: false });
    phone.collection = (await phone.db.addCollections({ [name]: { schema: described.schema, migrationStrategies: {} } }))[name];
    Object.assign(phone, { batch, unmodified, readOnly: described.read_only, guarded: guard, identifier });
    if (live) phone.server.listen();
    await replicate(phone, identifier ?? epoch);
    await phone.replication.awaitInitialReplication();
    return phone;
  },
  /** Leave the replication and begin another under the present epoch, as an app does that hears of a new one. */
  async begin_again({ phone }) {
    await phone.replication.cancel();
    await replicate(phone, (await phone.server.collections()).epoch);
    await phone.replication.awaitInitialReplication();
    await phone.replication.awaitInSync();
  },
  insert: async ({ phone, document }) => { await phone.collection.insert(document); },
  patch: async ({ phone, id, changes }) => { await (await phone.collection.findOne(id).exec()).incrementalPatch(changes); },
  remove: async ({ phone, id }) => { await (await phone.collection.findOne(id).exec()).incrementalRemove(); },
  set: async ({ phone, ...settings }) => { delete settings.op; delete settings.number; Object.assign(phone, settings); },
  use: async ({ phone, token }) => { phone.server.token = () => token; },
  address: async ({ phone, url }) => { phone.server.url = url; },
  async sync({ phone }) {
    phone.replication.reSync();
    await sleep(60);
    await phone.replication.awaitInSync();
    await sleep(20);
  },
  resync: async ({ phone }) => { phone.replication.reSync(); },
  docs: async ({ phone }) => documents(phone),
  whole: async ({ phone }) => isWhole({ server: phone.server, collection: phone.collection, name: phone.name }),
  digest: async ({ documents }) => digestOf(documents),
  stats: async ({ phone }) => ({ calls: phone.calls, errors: phone.errors, conflicts: phone.conflicts }),
  async close({ phone }) { phone.server.close(); await phone.db.close(); },
};

async function documents(phone) {
  return (await phone.collection.find().exec()).map(one => one.toJSON());
}

async function replicate(phone, epoch) {
  const { server, collection, name, batch } = phone;
  const options = furetReplication({ server, collection, name, epoch, readOnly: phone.readOnly, pullBatchSize: batch });
  if (phone.unmodified) plain(phone, options);
  phone.replication = replicateRxCollection({ ...options, retryTime: 100, waitForLeadership: false });
  if (!phone.unmodified) options.guard.watch(phone.replication);
  phone.replication.error$.subscribe(error => phone.errors.push(String(error.message).slice(0, 300)));
  phone.replication.received$.subscribe(() => {});
}

/** Handlers as the RxDB documentation writes them. */
function plain(phone, options) {
  const { server, name } = phone;
  const stream$ = new Subject();
  server.changesOf(name).subscribe({ next: event => stream$.next(event) });
  options.pull = {
    batchSize: phone.batch,
    stream$: stream$.asObservable(),
    async handler(checkpoint, limit) {
      const position = checkpoint ? `&checkpoint=${encodeURIComponent(checkpoint.position)}` : '';
      return server.json(`/v1/sync/${name}/pull?limit=${limit}${position}`);
    },
  };
  options.push = {
    async handler(rows) {
      const conflicts = await server.json(`/v1/sync/${name}/push`, { method: 'POST', body: JSON.stringify(rows) });
      phone.conflicts += conflicts.length;
      return conflicts;
    },
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    const phone = phones.get(command.number);
    let value = await commands[command.op]({ ...command, phone });
    if (command.op === 'open') { phones.set(command.number, value); value = null; }
    console.log(JSON.stringify({ ok: value ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.stack}`.replace(/\s+/g, ' ').slice(0, 600) }));
  }
}
process.exit(0);
