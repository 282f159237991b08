import type { Account } from '../../runtime/account.ts';
import type { Child } from './children.ts';
import type { Events } from '../../runtime/events.ts';
import type { KernelObserver } from '../../runtime/kernel-observer.ts';
import type { SupervisorPlan } from '../../supervisors/plan.ts';
import { Children } from './children.ts';
import { ExactAccounts } from './exact-accounts.ts';
import { MAIN_HOST } from '../../runtime/control.ts';
import { Lives } from './lives.ts';
import { MessageOrder } from './message-order.ts';
import { OneReport } from './one-report.ts';
import { RestartBudget } from './restart-budget.ts';
import { SettledAsks } from './settled-asks.ts';
import { StopOrder } from './stop-order.ts';
import { Supervisor } from '../../supervisors/supervisor.ts';

/** Told which promise an actor has broken, and how. */
export type Broken = (promise: string, actor: string, how: string) => void;

/** What is asked of the simulation. */
export interface InvariantsPort {
  readonly broken: Broken;
  now(): number;
  /** The number of the step that is being taken. */
  step(): number;
  /** The slot of the actor whose code runs now. */
  sender(): number | undefined;
  /** The state of an actor that lives on this host. */
  stateOf(host: number, slot: number): unknown;
}

/** What is promised of every run, whatever happens in it: counted here from what kernels say and are told, and told when it is broken. */
export class Invariants {
  readonly #port: InvariantsPort;
  readonly #lives: Lives;
  readonly #children: Children;
  readonly #budget: RestartBudget;
  readonly #stops: StopOrder;
  readonly #messages: MessageOrder;
  readonly #asks: SettledAsks;
  readonly #accounts: ExactAccounts;
  readonly #reports: OneReport;

  constructor(port: InvariantsPort) {
    const { broken } = port;
    const step = (): number => port.step();
    this.#port = port;
    this.#lives = new Lives(broken);
    this.#children = new Children(this.#lives, step);
    this.#budget = new RestartBudget(broken, this.#children, () => port.now(), (host, child) => this.#budgetsOf(host, child));
    this.#stops = new StopOrder(broken, this.#children, step, (host, child) => this.#stopRulesOf(host, child));
    this.#messages = new MessageOrder(broken);
    this.#asks = new SettledAsks(broken);
    this.#accounts = new ExactAccounts(broken);
    this.#reports = new OneReport(broken);
  }

  /** Watches the kernel of a host. */
  observerOf(host: number): KernelObserver {
    return {
      requested: (request) => {
        this.#stops.requested(host, request);
        this.#budget.requested(host, request);
        this.#children.requested(host, request);
        this.#lives.requested(host, request);
      },
      ordered: (order) => {
        this.#lives.ordered(host, order);
        this.#budget.ordered(host, order);
        this.#children.ordered(host, order);
      },
      asked: (actor, handler, deadlineAt) => this.#asks.asked(host, actor, handler, deadlineAt),
      sent: (message, slot) => this.#messages.sent(host, this.#port.sender(), message, slot),
      departed: (message, slot, seq) => this.#messages.departed(host, message, slot, seq),
      began: (envelope, origin) => this.#messages.began(envelope, origin),
    };
  }

  listenTo(events: Events): void {
    events.on('crashed', (end) => this.#reports.crashed(end));
    events.on('crash_report', (report) => this.#reports.reported(report));
  }

  hostEnded(host: number): void {
    this.#lives.hostEnded(host);
    this.#children.hostEnded(host);
    this.#asks.hostEnded(host);
  }

  /** Nothing can happen now unless time passes. */
  atRest(accounts: Iterable<readonly [host: number, account: Account]>): void {
    for (const [host, account] of accounts) this.#accounts.atRest(host, account);
    this.#lives.atRest();
    this.#asks.atRest(this.#port.now());
  }

  /** The system has ended. */
  atEnd(): void {
    this.#asks.atEnd();
  }

  /** The asks of the main thread that aren't settled. */
  get openAsks(): readonly string[] { return this.#asks.openOf(MAIN_HOST); }

  #budgetsOf(host: number, child: Child): { shared: SupervisorPlan['intensity']; own: SupervisorPlan['intensity'] | undefined } | undefined {
    const supervisor = this.#supervisorOf(host, child);
    return supervisor && { shared: supervisor.plan.intensity, own: supervisor.planOf(child.key)?.intensity };
  }

  #stopRulesOf(host: number, child: Child): { isDynamic: boolean; hasGroups: boolean } | undefined {
    const supervisor = this.#supervisorOf(host, child);
    return supervisor && { isDynamic: supervisor.plan.template !== undefined, hasGroups: supervisor.plan.strategy !== 'one_for_one' };
  }

  #supervisorOf(host: number, { parent }: Child): Supervisor | undefined {
    const state = this.#port.stateOf(host, parent);
    return state instanceof Supervisor ? state : undefined;
  }
}
