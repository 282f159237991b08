// What keeps values on a host of its own, and one on another host who takes them out: what they keep are the library's own handles.
import { actor, createSystem, isMain, mutex, pipe, queue, sharedNumber, state } from 'troupe';

export const Taker = actor(import.meta, {
  name: 'taker',
  init: () => undefined,
  handlers: {
    async useFrom(_ctx, keeper, keys) {
      const { lock, line, end, hits, total } = await keeper.get(...keys);
      await lock.use(() => line.put('put'));
      await end.send('sent');
      total?.add(1);
      await hits.increment();
    },
  },
});

if (isMain(import.meta)) {
  const system = createSystem();
  const places = { thread: await system.hosts({ kind: 'thread', size: 1 }), process: await system.hosts({ kind: 'process', size: 1 }) };
  const taker = (await system.spawn(Taker, { host: 'thread' })).with({ timeout: '30s' });
  for (const [kind, host] of Object.entries(places)) {
    const options = { system, host };
    const [end, farEnd] = await pipe({ system });
    const things = { lock: await mutex({ system }), line: await queue({ system }), end, hits: await state.counter({ system }) };
    if (kind === 'thread') things.total = sharedNumber('int32');
    const [dict, items] = [await state.dict(options), await queue(options)];
    await dict.set('things', things);
    await items.put(things);
    const keepers = {
      value: [await state.value({ initial: things, ...options })],
      dict: [dict, 'things'],
      list: [await state.list({ initial: [things], ...options }), 0],
      namespace: [await state.namespace({ initial: { things }, ...options }), 'things'],
      queue: [items],
    };
    for (const [name, [keeper, ...keys]] of Object.entries(keepers)) {
      await taker.ask.useFrom(keeper, keys);
      console.log(kind, name, await things.line.get(), await farEnd.receive(), await things.hits.get(), things.total?.value ?? '');
    }
  }
  await system.stop();
}
