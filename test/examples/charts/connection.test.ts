import { expect, it } from 'vitest';
import { Connection, Server } from '../../../examples/charts/connection.ts';
import { child, supervisor } from '../../../index.ts';
import { testKit } from '../../../testing/index.ts';

it('tries again after 1, 2 and 4 s; then its supervisor begins a new one', async () => {
  await using kit = await testKit();
  const server = await kit.spawn(Server, { host: 'thread' });
  const tree = supervisor({ name: 'app', children: { connection: child(Connection, { input: { server, firstDelay: 1_000, tries: 4 } }) } });
  const { children: { connection } } = await kit.run(tree);
  const tries = async (): Promise<number> => kit.clock.until(server.ask.tries());

  for (const [afterMs, count] of [[0, 1], [999, 1], [1, 2], [1_999, 2], [1, 3], [3_999, 3]] as const) {
    await kit.clock.advance(afterMs);
    expect([afterMs, await tries()]).toEqual([afterMs, count]);
  }
  expect(kit.crashReports).toEqual([]);

  await kit.clock.advance(1);
  // The fourth one, and the first one of the next life.
  expect(await tries()).toBe(5);
  expect(kit.crashReports).toMatchObject([{ actor: 'app/connection', reason: { kind: 'error', error: { message: 'nobody takes calls yet' } } }]);

  server.tell.open();
  const { value, context } = await kit.clock.until(connection.ask.waitFor({ tags: ['usable'] }));
  expect([value, context.failures, context.line]).toEqual(['connected', 0, 'line 6']);
});

it('comes back at once when the line breaks, or its other side is gone', async () => {
  await using kit = await testKit();
  const tree = supervisor({ children: { server: child(Server, { host: 'process' }) } });
  const { children: { server } } = await kit.run(tree);
  server.tell.open();
  const connection = await kit.spawn(Connection, { input: { server, firstDelay: 1_000, tries: 4 } });
  await kit.clock.until(connection.ask.waitFor('connected'));

  const lost = connection.ask.waitFor('connecting');
  server.tell.hangUp();
  await kit.clock.until(lost);
  const { context } = await kit.clock.until(connection.ask.waitFor('connected'));
  expect(context.line).toBe('line 2');

  const gone = connection.ask.waitFor('connecting');
  await kit.loseHost(server);
  await kit.clock.until(gone);
  server.tell.open();
  expect((await kit.clock.until(connection.ask.waitFor('connected'))).context.line).toMatch(/^line \d$/);
});
