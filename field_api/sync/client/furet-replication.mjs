/**
 * The phone's half of Furet's sync, for RxDB (https://rxdb.info): handlers for `replicateRxCollection`, the stream, and
 * the proof that a phone is whole. It imports nothing, so that it goes into any bundle as it is.
 *
 *   const server = new FuretServer({ url: 'https://crm.example', token: () => accessToken });
 *   const { epoch, collections } = await server.collections();
 *   await db.addCollections({ customers: { schema: collections.find(c => c.name === 'customers').schema } });
 *   const options = furetReplication({ server, collection: db.customers, name: 'customers', epoch });
 *   const replication = replicateRxCollection(options);
 *   options.guard.watch(replication);                  // see PushGuard
 *   server.listen();                                   // live: the server says when to pull
 *   ...
 *   await isWhole({ server, collection: db.customers, name: 'customers' });
 *
 * An unmodified RxDB client works without this file too; what it adds are the guard and the chain.
 */

/** Where the server is, who asks, and the one stream that all collections share. */
export class FuretServer {
  constructor({ url, token, fetch = globalThis.fetch, retryMs = 3000 }) {
    Object.assign(this, { url, token, fetch, retryMs, subscribers: [], stopped: true });
  }

  async call(path, options = {}) {
    const headers = { authorization: `Bearer ${await this.token()}`, 'content-type': 'application/json' };
    const answer = await this.fetch(this.url + path, { ...options, headers: { ...headers, ...options.headers } });
    // RxDB keeps what it could not send and tries again later.
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer;
  }

  async json(path, options) {
    return (await this.call(path, options)).json();
  }

  /** { epoch, collections: [{ name, version, read_only, schema }] }; each schema is ready for `addCollections`. */
  collections() {
    return this.json('/v1/sync');
  }

  /** What RxDB takes as `pull.stream$`: all that it calls is `subscribe`. */
  changesOf(name) {
    return {
      subscribe: ({ next }) => {
        const subscriber = { name, next };
        this.subscribers.push(subscriber);
        return { unsubscribe: () => { this.subscribers = this.subscribers.filter(one => one !== subscriber); } };
      },
    };
  }

  /** Follow the server until `close`; after an interruption it connects again, and everything is pulled once. */
  async listen() {
    this.stopped = false;
    while (!this.stopped) {
      try {
        this.aborter = new AbortController();
        const answer = await this.call('/v1/sync/stream', { signal: this.aborter.signal });
        for await (const name of eventNames(answer.body)) {
          for (const one of this.subscribers) if (one.name === name) one.next('RESYNC');
        }
      } catch { /* no network, or no free place: the pull is the truth, the stream is a hint */ }
      if (!this.stopped) await new Promise(resolve => setTimeout(resolve, this.retryMs));
    }
  }

  close() {
    this.stopped = true;
    this.aborter?.abort();
  }
}

/** The names of server-sent events; the data is always RESYNC. */
async function* eventNames(body) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const name = /^event: (.+)$/m.exec(block);
      if (name) yield name[1];
    }
  }
}

/**
 * Options for RxDB's `replicateRxCollection`.
 *
 * The epoch stands in the identifier: after the server was restored from a backup it has another one, and a replication
 * begun anew under it also pushes what the phones hold and the backup did not.
 */
export function furetReplication({
  server, collection, name, epoch, readOnly = false, version = collection.schema.version, pullBatchSize = 500, pushBatchSize = 100,
}) {
  const guard = new PushGuard();
  const pull = async (checkpoint, limit) => {
    const query = new URLSearchParams({ limit, schema: version });
    if (checkpoint?.position) query.set('checkpoint', checkpoint.position);
    return server.json(`/v1/sync/${name}/pull?${query}`);
  };
  const push = rows => server.json(`/v1/sync/${name}/push?schema=${version}`, { method: 'POST', body: JSON.stringify(rows) });
  return {
    collection, guard, live: true, replicationIdentifier: `furet-${name}-${epoch}`,
    pull: { batchSize: pullBatchSize, handler: guard.pull(pull), stream$: server.changesOf(name) },
    ...(readOnly ? {} : { push: { batchSize: pushBatchSize, handler: guard.push(new EditChain().push(push)) } }),
  };
}

/**
 * Keeps a pull from overlapping a push of the same document.
 *
 * RxDB (17.6) passes over a pulled state of a document that has local changes, for the push will settle it. When that
 * push was already answered, but its acknowledgement is not yet stored, nothing settles it: the pulled state, with
 * somebody else's later edit, is lost, the checkpoint has passed it, and the phone stays stale for ever. So a page that
 * names a document whose push is not settled is not handed over: it is pulled again once the push is.
 */
export class PushGuard {
  constructor() {
    this.pushing = new Map(); // document id -> how many pushes are under way
    this.settling = new Set(); // pushed, and maybe not yet stored as such
  }

  /** Give the guard the replication, so that it knows when RxDB has stored an acknowledgement. */
  watch(replication) {
    this.replication = replication;
    return replication;
  }

  push(handler) {
    return async rows => {
      const ids = rows.map(row => row.newDocumentState.id);
      for (const id of ids) this.pushing.set(id, (this.pushing.get(id) ?? 0) + 1);
      try {
        return await handler(rows);
      } finally {
        for (const id of ids) {
          this.settling.add(id);
          const left = this.pushing.get(id) - 1;
          if (left) this.pushing.set(id, left); else this.pushing.delete(id);
        }
        this.settled();
      }
    };
  }

  pull(handler) {
    return async (checkpoint, limit) => {
      for (;;) {
        const touched = new Set([...this.pushing.keys(), ...this.settling]);
        const page = await handler(checkpoint, limit);
        for (const id of [...this.pushing.keys(), ...this.settling]) touched.add(id);
        if (!page.documents.some(one => touched.has(one.id))) return page;
        await this.settled();
      }
    };
  }

  async settled() {
    const state = () => this.replication?.internalReplicationState;
    do await new Promise(resolve => setTimeout(resolve, 10));
    while (this.pushing.size || state()?.events.active.up.getValue());
    this.settling.clear();
  }
}

/**
 * Lets an edit follow the one before it, when that was stored together with somebody else's.
 *
 * The server answers such a push with what stands. RxDB (17.6) takes that over, unless the document was edited again in
 * the meantime: then it pushes the second edit from the state before the first, and to the server two people seem to
 * have edited one field. So the first edit is pushed again, which changes nothing, and the second one from there.
 */
export class EditChain {
  constructor() {
    this.unheard = new Map(); // document id -> the rows that were stored, and whose answer RxDB may have passed over
  }

  push(handler) {
    return async rows => {
      const chains = rows.map(row => this.chain(row));
      const conflicts = await handler(chains.flat());
      const standing = new Map(conflicts.map(one => [one.id, one]));
      for (const chain of chains) {
        const { id } = chain[0].newDocumentState;
        if (standing.has(id) && wasStored(chain, standing.get(id))) this.unheard.set(id, chain);
        else this.unheard.delete(id);
      }
      return conflicts;
    };
  }

  chain(row) {
    const before = this.unheard.get(row.newDocumentState.id);
    if (!before || !same(before[0].assumedMasterState, row.assumedMasterState)) return [row];
    const assumedMasterState = before.at(-1).newDocumentState;
    return [...before, { newDocumentState: row.newDocumentState, assumedMasterState }];
  }
}

/** Whether each field that the rows changed is another one now than it was before them. */
function wasStored(chain, standing) {
  const before = chain[0].assumedMasterState ?? {};
  const after = chain.at(-1).newDocumentState;
  const changed = Object.keys(after).filter(name => !same(after[name], before[name]));
  return !standing._deleted && changed.every(name => name === '_deleted' || !same(standing[name], before[name]));
}

const same = (one, other) => canonicalJson(one ?? null) === canonicalJson(other ?? null);

/** Whether the phone holds exactly what the server would show it; false may also mean that edits are on their way. */
export async function isWhole({ server, collection, name, version = collection.schema.version }) {
  const theirs = await server.json(`/v1/sync/${name}/digest?schema=${version}`);
  const documents = (await collection.find().exec()).map(one => one.toJSON());
  const ours = await digestOf(documents);
  return theirs.count === ours.count && theirs.hash === ours.hash;
}

/** { count, hash }: the sum modulo 2**256 of the SHA-256 of each document's canonical JSON. */
export async function digestOf(documents) {
  let total = 0n;
  for (const one of documents) {
    const { _deleted, ...shown } = one;
    const bytes = new TextEncoder().encode(canonicalJson(shown));
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    total += BigInt('0x' + Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join(''));
  }
  return { count: documents.length, hash: (total % 2n ** 256n).toString(16).padStart(64, '0') };
}

/** RFC 8785: `JSON.stringify` with sorted names. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).filter(name => value[name] !== undefined).sort();
  return `{${members.map(name => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
}
