import { describe, expect, it } from 'vitest';
import type { CrashReport, ExitReason } from '../../index.ts';
import { HostExitError, StartFailedError } from '../../index.ts';
import { crashHeadline, crashText } from '../../runtime/crash-text.ts';

function errorWith(message: string, stack: string, options?: ErrorOptions): RangeError {
  return Object.assign(new RangeError(message, options), { stack: `RangeError: ${message}\n${stack}` });
}

const error = errorWith('out of paper', '    at print (/app/printer.ts:10:11)', {
  cause: errorWith('the tray is empty', '    at load (/app/tray.ts:4:5)'),
});

const REPORT: CrashReport = {
  actor: 'shop/printer', host: { id: 4, kind: 'thread' }, incarnation: 2, reason: { kind: 'error', error }, hadStarted: true,
  message: { handler: 'print', args: '"A4", 3', isAsked: true, from: 'shop/front' },
  recent: ['status', 'print', 'print'], stateBytes: 1_204,
  askerStack: '    at order (/app/front.ts:33:20)\n    at async main (/app/main.ts:1:1)',
  decision: { kind: 'restart', restarts: 3, budgetLeft: 7, delayMs: 34.6 },
};

const BARE: CrashReport = {
  ...REPORT, host: undefined, message: undefined, recent: [], stateBytes: undefined, askerStack: undefined,
};

describe('the text of a crash report', () => {
  it('says all in its first line, then the error, the message, what came before it, who asked, where it lived', () => {
    expect(crashText(REPORT)).toBe([
      'shop/printer crashed: RangeError: out of paper (incarnation 2); it restarts in 35 ms: restart 3, 7 left',
      '    RangeError: out of paper',
      '        at print (/app/printer.ts:10:11)',
      '      [cause]: RangeError: the tray is empty',
      '          at load (/app/tray.ts:4:5)',
      '    message     print("A4", 3), asked by shop/front',
      '    before it   status, print, print',
      '    asked from  at order (/app/front.ts:33:20)',
      '                at async main (/app/main.ts:1:1)',
      '    host        thread 4',
      '    state       1204 bytes',
    ].join('\n'));
  });

  it('leaves out what isn’t known', () => {
    const reason = { kind: 'killed' } as const;

    expect(crashText({ ...BARE, reason, decision: { kind: 'none', why: 'unsupervised' } }))
      .toBe('shop/printer was killed (incarnation 2); nobody restarts it');
    expect(crashText({ ...BARE, reason, message: { handler: 'print', args: undefined, isAsked: false, from: undefined }, host: { id: 0, kind: 'local' } }))
      .toBe([
        'shop/printer was killed (incarnation 2); it restarts in 35 ms: restart 3, 7 left',
        '    message     print(…)',
        '    host        the main thread',
      ].join('\n'));
  });

  it.each<readonly [string, ExitReason]>([
    ['crashed: RangeError: out of paper', { kind: 'error', error }],
    ['crashed: Error: one…', { kind: 'error', error: new Error('one\ntwo') }],
    [`crashed: Error: ${'x'.repeat(193)}…`, { kind: 'error', error: new Error('x'.repeat(1_000)) }],
    ['was killed', { kind: 'killed' }],
    ['lost its host: exit code 1, HostExitError: gone', { kind: 'host_down', code: 1, signal: null, error: new HostExitError('TROUPE_HOST_DOWN', 'gone', '') }],
    ['stalled at print', { kind: 'stalled', at: 'print' }],
    ['gave up on "cache" after 10 restarts within 60000 ms', { kind: 'intensity', child: 'cache', restarts: 10, withinMs: 60_000 }],
  ])('says how it ended: %s', (text, reason) => {
    expect(crashHeadline({ ...REPORT, reason })).toBe(`shop/printer ${text} (incarnation 2); it restarts in 35 ms: restart 3, 7 left`);
  });

  it('says of a restart that failed why', () => {
    const failure = new StartFailedError('shop/printer', 'init threw Error: no desk', { cause: new Error('no desk') });

    expect(crashHeadline({ ...REPORT, hadStarted: false, reason: { kind: 'error', error: failure } }))
      .toBe('shop/printer could not start again: init threw Error: no desk (incarnation 2); it restarts in 35 ms: restart 3, 7 left');
  });

  it.each<readonly [string, CrashReport['decision']]>([
    ['it restarts now: restart 1, 9 left', { kind: 'restart', restarts: 1, budgetLeft: 9, delayMs: 0 }],
    ['it isn\'t restarted', { kind: 'remove' }],
    ['its supervisor gives up after 1 restart within 5000 ms', { kind: 'give_up', restarts: 1, withinMs: 5_000 }],
    ['its supervisor ends with it', { kind: 'auto_shutdown' }],
    ['it was to end', { kind: 'none', why: 'stopping' }],
    ['its supervisor has ended as well', { kind: 'none', why: 'supervisor_ended' }],
    ['it restarts with its siblings', { kind: 'none', why: 'sibling' }],
  ])('says what follows: %s', (text, decision) => {
    expect(crashHeadline({ ...BARE, decision })).toBe(`shop/printer crashed: RangeError: out of paper (incarnation 2); ${text}`);
  });

  it('says no more of the end of a host than its first line does', () => {
    const gone = new HostExitError('TROUPE_HOST_DOWN', 'gone', 'last words');

    expect(crashText({ ...BARE, reason: { kind: 'host_down', code: 1, signal: null, error: gone } }).split('\n')).toHaveLength(1);
  });
});
