/**
 * One first replication by an unmodified RxDB client, timed: `node replicate.mjs URL TOKEN BATCH`, or
 * `node replicate.mjs URL floor:TERRITORY BATCH` from the benchmark's floor. Prints {ms, documents}.
 */
import { createRxDatabase } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';

const [url, who, batch] = process.argv.slice(2);
const floor = who.startsWith('floor:') && who.slice(6);
const get = async path => (await fetch(url + path, { headers: { authorization: `Bearer ${who}` } })).json();
const plain = { version: 0, primaryKey: 'id', type: 'object', properties: { id: { type: 'string', maxLength: 36 } }, required: ['id'] };
const schema = floor ? plain : (await get('/v1/sync')).collections.find(one => one.name === 'customers').schema;

async function ours(checkpoint, limit) {
  return get(`/v1/sync/customers/pull?limit=${limit}${checkpoint ? `&checkpoint=${checkpoint.position}` : ''}`);
}

async function bare(checkpoint, limit) {
  const rows = await get(`/rows?territory=${floor}&limit=${limit}${checkpoint ? `&after=${checkpoint.after}` : ''}`);
  return { documents: rows.map(row => ({ ...row, _deleted: false })), checkpoint: { after: rows.at(-1)?.id } };
}

const db = await createRxDatabase({ name: 'bench', storage: getRxStorageMemory(), multiInstance: false });
const { customers } = await db.addCollections({ customers: { schema } });
const began = performance.now();
const replication = replicateRxCollection({
  collection: customers, replicationIdentifier: 'bench', live: false, waitForLeadership: false,
  pull: { batchSize: Number(batch), handler: floor ? bare : ours },
});
await replication.awaitInitialReplication();
const ms = performance.now() - began;
console.log(JSON.stringify({ ms, documents: await customers.count().exec() }));
process.exit(0);
