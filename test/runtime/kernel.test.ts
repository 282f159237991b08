import { describe, expect, it } from 'vitest';
import { HOST, LoneKernel } from '../support/lone-kernel.ts';
import { RECORD } from '../../runtime/wire/record.ts';
import { actor } from '../../index.ts';

const SLOT = 10;

const Echo = actor(import.meta, {
  name: 'echo',
  init: (_input: undefined) => null,
  handlers: { echo: (_ctx, text: string): string => text },
});

describe('a ref that comes while the module of its actor is being loaded on this host', () => {
  it('finds it, and holds up no news of those that end here', async () => {
    const host = new LoneKernel();
    let loaded = (): void => undefined;
    host.load = () => new Promise<void>((resolve) => { loaded = resolve; });
    host.start(Echo, SLOT, 1);
    const echo = host.ref(Echo, SLOT);
    const first = echo.ask.echo('first');

    loaded();
    await new Promise((resolve) => { setImmediate(resolve); });
    host.obey({ type: 'slot', slot: SLOT, notice: { status: 'up', host: HOST, incarnation: 1, isDaemon: false } });

    expect(host.lives).toEqual(['1 started']);
    expect(host.kernel.remoteSlots.isSeeking).toBe(false);
    expect(await first).toBe('first');
    expect(await echo.ask.echo('second')).toBe('second');
    expect(host.ref(Echo, SLOT)).toBe(echo);
  });
});

describe('what is still said to a host that has gone', () => {
  it('is sent as if it were there, and not kept', () => {
    const gone = 7;
    const host = new LoneKernel();
    const link = host.kernel.router.linkTo(gone);
    host.obey({ type: 'host_gone', host: gone, reason: { kind: 'killed' }, started: undefined });

    link.send(RECORD.forget, [SLOT]);
    host.kernel.flush();

    expect(host.sentTo).toEqual([gone]);
  });
});
