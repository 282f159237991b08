import type { Kernel } from './kernel.ts';
import type { Order } from './control.ts';

/** What the authority orders, to where it belongs. */
export class Orders {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  obey(order: Order): void {
    const kernel = this.#kernel;
    switch (order.type) {
      case 'spawned':
      case 'snapshot':
      case 'found':
      case 'children':
      case 'done':
        kernel.requests.answered(order.request, order);
        break;
      case 'failed':
        kernel.requests.failed(order.request, order.error);
        break;
      case 'start':
        kernel.spawner.start(order);
        break;
      case 'slot':
        kernel.localSlots.get(order.slot)?.notice(order.notice);
        kernel.remoteSlots.get(order.slot)?.notice(order.notice);
        break;
      case 'retire': {
        const slot = kernel.localSlots.get(order.slot);
        kernel.localSlots.delete(order.slot);
        slot?.retire(order.reason);
        break;
      }
      case 'shutdown':
        if (!this.#giveUpStart(order, 'shutdown')) kernel.localSlots.get(order.slot)?.shutdown(order.incarnation);
        break;
      case 'kill':
        if (!this.#giveUpStart(order, 'killed')) kernel.localSlots.get(order.slot)?.killNow(order.incarnation);
        break;
      case 'suspend':
      case 'resume': {
        const { type, inquiry, slot, incarnation } = order;
        const done = (): void => kernel.toAuthority({ type: 'obeyed', inquiry });
        kernel.localSlots.get(slot)?.setSuspended(incarnation, type === 'suspend', done);
        break;
      }
      case 'inspect':
        kernel.toAuthority({ type: 'inspected', inquiry: order.inquiry, facts: kernel.localSlots.get(order.slot)?.facts });
        break;
      case 'exit':
        kernel.localSlots.get(order.slot)?.exited({ ref: kernel.refAbout(order.about), reason: order.reason, lostHost: order.lostHost });
        break;
      case 'link_exit': {
        const { slot, incarnation, about, reason } = order;
        kernel.localSlots.get(slot)?.linkExited(incarnation, about.slot, { ref: kernel.refAbout(about), reason });
        break;
      }
      case 'unlinked':
        kernel.localSlots.get(order.slot)?.unlinked(order.from);
        break;
      case 'down': {
        const { about, reason, incarnation, restarting } = order;
        kernel.localSlots.get(order.slot)?.wentDown({ ref: kernel.refAbout(about), reason, incarnation, restarting });
        break;
      }
      case 'host_gone':
        this.#hostGone(order);
        break;
      case 'account':
        kernel.toAuthority({ type: 'account', request: order.request, account: kernel.account });
        break;
      case 'log_level':
        kernel.logs.level = order.level;
        break;
      case 'drain':
        kernel.toAuthority({ type: 'drained' });
        break;
    }
  }

  #hostGone({ host, reason, started }: Extract<Order, { type: 'host_gone' }>): void {
    const kernel = this.#kernel;
    for (const slot of kernel.remoteSlots) slot.hostGone(host, reason, started);
    const { count, maybeExecuted } = kernel.tally.takeLoss(host);
    kernel.toAuthority({ type: 'lost', host, count, maybeExecuted });
    kernel.router.hostGone(host);
  }

  /** An actor whose module is still being loaded has ended as well. */
  #giveUpStart({ slot, incarnation }: { slot: number; incarnation: number }, kind: 'shutdown' | 'killed'): boolean {
    if (!this.#kernel.spawner.endLoading({ slot, incarnation })) return false;
    this.#kernel.toAuthority({ type: 'ended', slot, incarnation, reason: { kind }, wasStarting: true });
    return true;
  }
}
