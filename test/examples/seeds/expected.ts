/** What a program prints. */
export interface Expected {
  /** Its lines; where there is a list, those in any order. */
  readonly lines: readonly (string | readonly string[])[];
  /** What is different each time: `<n>` in `lines`. */
  readonly varying?: RegExp;
  /** Those that come again, as often as it happens, are one. */
  readonly isUnique?: boolean;
  /** What it is about is the end of the program: it runs by itself, and a second of it lasts so many milliseconds. */
  readonly second?: number;
  /** What else is true of its lines. */
  check?(lines: readonly string[]): boolean;
}

const SQUARES = ['[', '   0,  1,  4,  9, 16,', '  25, 36, 49, 64, 81', ']'];
const LIVE = ['Data 0', 'Data 1', 'Data 2', 'Data 3', 'Data 4'].map((data) => `Main process got: ${data} from worker`);
const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const DIGITS = TEN.join('');
const LETTERS = 'abcdefghij';
const DOUBLED = ['Input   : 0 1 2 3 4 5 6 7 8 9', 'Built-in: 0 2 4 6 8 10 12 14 16 18'];
const POOLED = 'Pool    : 0 2 4 6 8 10 12 14 16 18';

/** By the names of the programs in examples/seeds. */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  '01-one-process': { lines: ['Child process worker1 running, PID: <n>', 'Main process ended'], varying: /(?<=PID: )\d+/ },
  '02-producer-and-consumer': { lines: TEN.slice(0, 5).map((n) => `Consumed: Message ${n}`) },
  '03-pipe-both-ways': { lines: ["Main process received: [ 'hello', 'world' ]", 'Child process received: Acknowledgement received'] },
  '04-pool': { lines: ['100', '400', ...SQUARES, ...[0, 1, 4, 9, 16].map((n) => `Real-time result: ${n}`)] },
  '05-shared-memory': { lines: ['3', '[ 8, 16, 24 ]'] },
  '06-shared-dict-and-list': { lines: ['{ count: 3 }', '[ 0, 1, 2 ]'] },
  '07-default-argument': { lines: [['Africa', 'America', 'Asia', 'Europe'].map((name) => `The name of continent is :  ${name}`)] },
  '08-five-workers': { lines: Array(5).fill('Worker process is working.') },
  '09-squares': { lines: ['[ 1, 4, 9, 16, 25 ]'] },
  '10-lock': { lines: Array(10).fill('Hello world') },
  '11-adders': { lines: ['6'] },
  '12-threads': { lines: [[0, 1, 2, 3, 4].map((n) => `Worker ${n} is working.`)] },
  '13-hello-later': { lines: ['Hello', 'world'] },
  '14-two-programs': { lines: ['8'] },
  '15-deadlock': { lines: [['Hello, world!', 'DeadlockError: <n>'], 'Hello, world!', 'Hello, world!'], varying: /(?<=^DeadlockError: ).*/ },
  '16-race': { lines: ['3'] },
  '17-two-cores': { lines: ['one thread:  <n> s', 'two threads: <n> s'], varying: /\d+\.\d{3}/ },
  // A third of a million, give or take eleven standard deviations.
  '18-sum-of-squares': { lines: ['<n>'], varying: /^33\d{4}(?:\.\d+)?$/ },
  '19-scraping': {
    lines: [
      '/news All about news', '/sport All about sport', '/nowhere RefusedError: 404 Not Found', '/travel All about travel',
      '/food All about food',
    ],
  },
  '20-one-worker': { lines: ['Worker process running'] },
  '21-from-a-queue': { lines: ['Data from worker'] },
  '22-from-a-pipe': { lines: ['Message from worker'] },
  '23-shared-number': { lines: ['100'] },
  '24-shared-dict': { lines: ['{ data: 42 }'] },
  '25-between-children': { lines: ['Consumer got: Data from producer'] },
  '26-shared-list': { lines: [['Data from worker 1', 'Data from worker 2']] },
  '27-live-results': { lines: LIVE },
  '28-live-pipe': { lines: LIVE },
  '29-workers': { lines: Array(5).fill('Worker') },
  '30-arguments': { lines: [[0, 1, 2, 3, 4].map((n) => `Worker: ${n}`)] },
  '31-imported-task': { lines: Array(5).fill('Worker') },
  '32-names': { lines: [['my_service', 'service-1', 'worker 1'].flatMap((name) => [`${name} Exiting`, `${name} Starting`])] },
  '33-daemon': { lines: ['Starting: daemon', 'Starting: non-daemon', 'Exiting : non-daemon'], second: 60_000 },
  '34-daemon-awaited': {
    lines: [['Exiting : daemon', 'Exiting : non-daemon', 'Starting: daemon', 'Starting: non-daemon']],
  },
  '35-join-with-timeout': { lines: ['Starting: daemon', 'joining the daemon: timeout'], second: 1_500 },
  '36-terminate': { lines: ['DURING: has ended false', 'STOPPED: has ended true', 'EXIT: -15 SIGTERM'] },
  '37-exit-codes': {
    lines: [
      'exitError-1: 1, HostDownError: Cannot ask exitError of "exitError-1/tasks-1": its host has ended (exit code 1)',
      'exitOk-1: 0, undefined', 'returnValue-1: 0, 1', 'raises-1: 1, RangeError: There was an error!',
      'terminated-1: -15, ActorStoppedError: Cannot wait for the result of "terminated-1": the actor has ended',
    ],
  },
  '38-log-everything': {
    lines: [[
      '<n> debug thread <n> started', '<n> debug thread <n> ended: SIGTERM',
      '<n> debug worker-1 spawned: worker, local', '<n> debug worker-1 started (incarnation 1)', '<n> debug worker-1 stopped: normal',
      '<n> debug worker-1/post-box-1 spawned: post-box, local', '<n> debug worker-1/post-box-1 started (incarnation 1)', '<n> debug worker-1/post-box-1 stopped: shutdown',
      '<n> debug worker-1/tasks-1 spawned: tasks, thread', '<n> debug worker-1/tasks-1 started (incarnation 1)', '<n> debug worker-1/tasks-1 stopped: normal',
      '<n> info  worker-1/tasks-1: Doing some work',
    ]],
    varying: /^\S+Z|(?<=thread )\d+/g, second: 1_000,
  },
  '39-log-level': { lines: ['<n> info  worker-1/tasks-1: Doing some work'], varying: /^\S+Z/, second: 1_000 },
  '40-worker-with-a-name': { lines: [[1, 2, 3, 4, 5].map((n) => `In Worker-${n}`)] },
  '41-object-through-a-queue': { lines: ['Doing something fancy in Process-1 for Fancy Dan!'] },
  '42-consumers': {
    lines: [
      'Creating 4 consumers',
      [...TEN.map((n) => `Consumer-<n>: ${n} * ${n}`), ...Array(4).fill('Consumer-<n>: Exiting')],
      TEN.map((n) => `Result: ${n} * ${n} = ${n * n}`),
    ],
    varying: /(?<=^Consumer-)\d/,
  },
  '43-event': {
    lines: [['block: set is true', 'block: starting', 'main: event is set', 'timeout: set is false', 'timeout: starting']],
    check: (lines) => lines.indexOf('main: event is set') > lines.indexOf('timeout: set is false'),
  },
  '44-locked-file': { lines: [['Lock acquired for a block', 'Lock acquired for a function']] },
  '45-condition': {
    lines: [[
      'Starting stage 1', 'Starting stage 2[1]', 'Starting stage 2[2]', 'stage 1 done and ready for stage 2', 'stage 2[1] running', 'stage 2[2] running',
    ]],
    check: (lines) => Math.min(...[1, 2].map((i) => lines.indexOf(`stage 2[${i}] running`))) > lines.indexOf('stage 1 done and ready for stage 2'),
  },
  '46-semaphore': {
    lines: [TEN.slice(0, 5).flatMap((n) => [`${n} is in`, `${n} is out`])],
    check: (lines) => lines.every((_, i) => balance(lines.slice(0, i + 1)) <= 2),
  },
  '47-ten-writers': { lines: ['{"0":0,"1":2,"2":4,"3":6,"4":8,"5":10,"6":12,"7":14,"8":16,"9":18}'] },
  '48-namespace': { lines: ['Before: nothing is there', 'After: This is the value'] },
  '49-list-in-a-namespace': { lines: ['Before: []', "After : [ 'This is the value' ]"] },
  '50-pool-init': { lines: [...DOUBLED, 'Starting <n>', 'Starting <n>', POOLED], varying: /(?<=^Starting )\S+/ },
  '51-max-tasks': {
    lines: [...DOUBLED, 'Starting <n>', POOLED], varying: /(?<=^Starting )\S+/, isUnique: true,
    // Ten items, two for each worker.
    check: (lines) => lines.filter((line) => line.startsWith('Starting')).length >= 5,
  },
  '52-digits-and-letters': {
    lines: [[...TEN.map(String), ...LETTERS.split('')]],
    check: (lines) => [DIGITS, LETTERS].every((signs) => lines.filter((line) => signs.includes(line)).join('') === signs),
  },
  '53-hello-through-a-queue': { lines: ['Hello, world!'] },
  '54-locked-counter': {
    lines: [
      ...TEN.slice(0, 5).flatMap((n) => ['Worker-<n> entered', `Worker-<n> modified: ${n} -> ${n + 1}`]),
      'Final counter value: 5 (expected value: 5)',
    ],
    varying: /(?<=^Worker-)\d/,
  },
  '55-pool-of-five': { lines: ['[ 1, 4, 9, 16, 25 ]'] },
};

/** How many are in. */
function balance(lines: readonly string[]): number {
  return lines.reduce((count, line) => count + (line.endsWith('in') ? 1 : -1), 0);
}
