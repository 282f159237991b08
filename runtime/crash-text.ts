import type { CrashMessage, CrashReport, NoDecision } from './crash-report.ts';
import type { Decision } from '../core/decision.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import { HostExitError, StartFailedError, whyNotStarted } from '../core/errors.ts';
import { describeExit } from '../core/exit-reason.ts';
import { errorLines } from './error-text.ts';

/** How much of an error's message is in the first line. */
const MAX_MESSAGE = 200;

/**
 * A crash report for people: a first line that says it all, then the error with its stack and causes, the message, what came
 * before it, and where it was asked. Never throws.
 *
 *     shop/printer crashed: RangeError: out of paper (incarnation 2); it restarts in 35 ms: restart 3, 7 left
 *         RangeError: out of paper
 *             at print (/app/printer.ts:10:11)
 *         message     print("A4", 3), asked by shop/front
 *         before it   status, print, print
 *         asked from  at order (/app/front.ts:33:20)
 *         host        thread 4
 *         state       1204 bytes
 */
export function crashText(report: CrashReport): string {
  const { message, recent, askerStack, host, stateBytes } = report;
  const lines = [
    ...reasonLines(report),
    ...labelled('message', message === undefined ? [] : [messageText(message)]),
    ...labelled('before it', recent.length === 0 ? [] : [recent.join(', ')]),
    ...labelled('asked from', askerStack?.split('\n').map((line) => line.trim()) ?? []),
    ...labelled('host', host === undefined ? [] : [host.kind === 'local' ? 'the main thread' : `${host.kind} ${host.id}`]),
    ...labelled('state', stateBytes === undefined ? [] : [`${stateBytes} bytes`]),
  ];
  return [crashHeadline(report), ...lines.map((line) => `    ${line}`)].join('\n');
}

/** Who ended, why, and what follows. */
export function crashHeadline({ actor, incarnation, reason, hadStarted, decision }: CrashReport): string {
  return `${actor} ${hadStarted ? endText(reason) : startText(reason)} (incarnation ${incarnation}); ${decisionText(decision)}`;
}

function endText(reason: ExitReason): string {
  switch (reason.kind) {
    case 'normal':
    case 'shutdown': return `ended: ${reason.kind}`;
    case 'killed': return 'was killed';
    case 'error': return `crashed: ${firstLine(describeExit(reason))}`;
    case 'host_down': return `lost its host: ${firstLine(describeExit(reason))}`;
    case 'stalled':
    case 'intensity': return describeExit(reason);
  }
}

function startText(reason: ExitReason): string {
  const why = reason.kind === 'error' && reason.error instanceof StartFailedError ? whyNotStarted(reason.error) : describeExit(reason);
  return `could not start again: ${firstLine(why)}`;
}

function decisionText(decision: Decision | NoDecision): string {
  switch (decision.kind) {
    case 'restart': {
      const when = decision.delayMs === 0 ? 'now' : `in ${Math.round(decision.delayMs)} ms`;
      return `it restarts ${when}: restart ${decision.restarts}, ${decision.budgetLeft} left`;
    }
    case 'remove': return 'it isn\'t restarted';
    case 'give_up': {
      const restarts = `${decision.restarts} ${decision.restarts === 1 ? 'restart' : 'restarts'}`;
      return `its supervisor gives up after ${restarts} within ${decision.withinMs} ms`;
    }
    case 'auto_shutdown': return 'its supervisor ends with it';
    case 'none': return NO_DECISION[decision.why];
  }
}

const NO_DECISION: Readonly<Record<NoDecision['why'], string>> = {
  unsupervised: 'nobody restarts it',
  stopping: 'it was to end',
  supervisor_ended: 'its supervisor has ended as well',
  sibling: 'it restarts with its siblings',
};

function reasonLines({ reason }: CrashReport): string[] {
  const error = 'error' in reason ? reason.error : undefined;
  // All that this one says is in the first line, or has been on standard error already.
  return error === undefined || error instanceof HostExitError ? [] : errorLines(error);
}

function messageText({ handler, args = '…', from }: CrashMessage): string {
  return `${handler}(${args})${from === undefined ? '' : `, asked by ${from}`}`;
}

function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL_WIDTH)}${line}`);
}

const LABEL_WIDTH = 12;

function firstLine(text: string): string {
  const [first = ''] = text.split('\n');
  const short = first.slice(0, MAX_MESSAGE);
  return short.length === text.length ? short : `${short}…`;
}
