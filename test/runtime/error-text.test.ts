import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ActorStoppedError } from '../../index.ts';
import { errorLines } from '../../runtime/error-text.ts';

const OURS = fileURLToPath(new URL('../../core/actor-cell.ts', import.meta.url));

function errorWith<E extends Error>(error: E, ...frames: readonly string[]): E {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('the text of an error', () => {
  it('has the user’s frames, and Node’s above them', () => {
    const error = errorWith(
      new Error('no file'), 'readFileSync (node:fs:441:20)', 'read (/app/a.ts:1:1)', `apply (${OURS}:1:1)`,
      'async Object.main (file:///app/main.mjs:2:2)', 'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
    );

    expect(errorLines(error)).toEqual([
      'Error: no file', '    at readFileSync (node:fs:441:20)', '    at read (/app/a.ts:1:1)', '    at async Object.main (file:///app/main.mjs:2:2)',
    ]);
  });

  it('has all frames when none is the user’s, unless the error is one of the library’s own', () => {
    const frames = [`apply (${OURS}:1:1)`, 'now (node:timers:1:1)'];

    expect(errorLines(errorWith(new TypeError('a bug'), ...frames))).toHaveLength(3);
    expect(errorLines(errorWith(new ActorStoppedError('printer', 'ask'), ...frames))).toEqual([
      'ActorStoppedError: Cannot ask "printer": the actor has ended', '  { code: \'TROUPE_ACTOR_STOPPED\', executed: \'no\' }',
    ]);
  });

  it('has what its asker’s stack says', () => {
    const error = errorWith(new ActorStoppedError('printer', 'ask'), `end (${OURS}:1:1)`);
    error.stack += '\n    asked from:\n    at order (/app/front.ts:33:20)';

    expect(errorLines(error).slice(1, 3)).toEqual(['    asked from:', '    at order (/app/front.ts:33:20)']);
  });

  it('has its fields, and its causes to a depth', () => {
    const root = errorWith(new Error('root', { cause: { status: 500 } }), 'c (/app/c.ts:3:3)');
    const middle = errorWith(Object.assign(new Error('middle', { cause: root }), { code: 'E_MIDDLE' }), 'b (/app/b.ts:2:2)');
    const loop = new Error('loop');
    loop.cause = errorWith(loop);

    expect(errorLines(errorWith(new Error('top', { cause: middle }), 'a (/app/a.ts:1:1)'))).toEqual([
      'Error: top', '    at a (/app/a.ts:1:1)',
      '  [cause]: Error: middle', '      at b (/app/b.ts:2:2)', '    { code: \'E_MIDDLE\' }',
      '    [cause]: Error: root', '        at c (/app/c.ts:3:3)', '      [cause]: { status: 500 }',
    ]);
    expect(errorLines(loop)).toHaveLength(7);
    expect(errorLines(loop).at(-1)).toMatch(/\[cause\]: …$/);
  });

  it('has the errors of an AggregateError', () => {
    const errors = Array.from({ length: 9 }, (_, i) => errorWith(new Error(`number ${i}`)));

    expect(errorLines(errorWith(new AggregateError(errors, 'many')))).toEqual([
      'AggregateError: many', ...[0, 1, 2, 3, 4].map((i) => `  [errors.${i}]: Error: number ${i}`),
    ]);
  });

  it('never throws', () => {
    const custom = { [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('looked at'); } };
    const hostile = errorWith(Object.assign(new Error('odd'), { custom }), 'odd (/app/odd.ts:1:1)');
    const closed = Object.defineProperties(new Error('closed'), {
      stack: { get() { throw new Error('no stack'); } }, cause: { get() { throw new Error('no cause'); } },
    });

    expect(errorLines(hostile)).toEqual(['Error: odd', '    at odd (/app/odd.ts:1:1)']);
    expect(errorLines(closed)).toEqual(['an error that can\'t be shown: no stack']);
    expect(errorLines(errorWith(new Error('of it', { cause: custom })))).toEqual(['Error: of it', '  [cause]: a value that can\'t be shown: looked at']);
  });
});
