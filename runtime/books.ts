import type { AuthorityPort } from './authority-port.ts';
import type { Order } from './control.ts';
import { CrashReports } from './crash-reports.ts';
import { Directory } from './directory.ts';
import { Inquiries } from './inquiries.ts';
import { SlotBook } from './slot-book.ts';
import { Watchers } from './watchers.ts';

/** What the authority goes by: all slots, and who wants to know what of them. */
export class Books {
  readonly port: AuthorityPort;
  readonly slots = new SlotBook();
  readonly watchers: Watchers;
  readonly directory: Directory;
  readonly inquiries: Inquiries;
  readonly reports: CrashReports;

  constructor(port: AuthorityPort) {
    this.port = port;
    const order = (hostId: number, told: Order): void => this.order(hostId, told);
    this.watchers = new Watchers(this.slots, order);
    this.directory = new Directory(this.slots, order);
    this.inquiries = new Inquiries(this.slots, order);
    this.reports = new CrashReports(this.slots, (report) => port.events.emit('crash_report', report));
  }

  /** Tells the kernel of a host, if that hasn't ended. */
  order(hostId: number, order: Order): void {
    this.port.host(hostId)?.order(order);
  }
}
