/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
export { Delivery } from './actors/delivery.ts';
export { Job, start } from './actors/job.ts';
export type { Joined, StartOptions } from './actors/job.ts';
export { currentJob } from './actors/job/current-job.ts';
export type { JobContext } from './actors/job/current-job.ts';
export type { JobExit } from './actors/job/job-run.ts';
export type { JobProgress } from './actors/job/post-box.ts';
export { pipe } from './actors/pipe.ts';
export type { PipeOptions } from './actors/pipe.ts';
export { PipeEnd } from './actors/pipe-end.ts';
export { Pool, pool } from './actors/pool.ts';
export type { PoolEnd, PoolInit, PoolOptions } from './actors/pool.ts';
export type { Items } from './actors/chunks.ts';
export type { MapOptions, TaskOptions } from './actors/pool/limits.ts';
export { PoolJob } from './actors/pool/pool-job.ts';
export { poolOf } from './actors/pool-of.ts';
export type { PoolOfOptions } from './actors/pool-of.ts';
export type { PickCopy } from './actors/pool-of/copies.ts';
export { Queue, queue } from './actors/queue.ts';
export type { ItemsOptions, QueueOptions } from './actors/queue.ts';
export { QueueActor } from './actors/queue/queue-actor.ts';
export { select } from './actors/select.ts';
export type { Selectable } from './actors/select.ts';
export { tasks } from './actors/task.ts';
export type { Task, TaskOf } from './actors/task.ts';
export { actor } from './core/actor.ts';
export type { ActorDefinition, ActorSpec, MailboxOptions } from './core/actor.ts';
export type {
  ActorHandle, ActorRef, ApiOf, Ask, CallOptions, RefOf, Stream, Tell, WaitOptions,
} from './core/actor-ref.ts';
export type { ActorSnapshot, Handling } from './core/actor-snapshot.ts';
export type { ActorContext, InitContext, Later, MonitorOptions, SelfRef, StartContext } from './core/context.ts';
export type { DeadLetterReason } from './core/envelope.ts';
export type { Decision } from './core/decision.ts';
export type { ModuleMeta, Where } from './core/definition.ts';
export type { Cancel, Clock, Random } from './core/clock.ts';
export type { ByteSize } from './core/byte-size.ts';
export type { Duration } from './core/duration.ts';
export {
  ActorCrashedError, ActorError, ActorStoppedError, AskTimeoutError, ClosedError, DefinitionMismatchError, FrameTooLargeError, HostDownError,
  HostExitError, MailboxFullError, NameTakenError, NotSendableError, NotVirtualError, PoolError, ProtocolError, RefusedError, StartFailedError,
  StartTimeoutError, StashFullError, UnavailableError,
} from './core/errors.ts';
export type { ErrorCode, Executed } from './core/errors.ts';
export { describeExit, isAbnormal } from './core/exit-reason.ts';
export type { ExitReason } from './core/exit-reason.ts';
export type { Group, OpenGroup, Publish } from './core/group.ts';
export type { HostInfo } from './core/host-info.ts';
export type { HostOptions, OutputApi } from './core/host-options.ts';
export type { HostSet, HostsOptions } from './core/host-set.ts';
export type { Logger, LogLevel } from './core/log.ts';
export type { Overflow } from './core/mailbox.ts';
export type { Whereis } from './core/registry.ts';
export { checkSendable } from './core/check-sendable.ts';
export { SENDABLE } from './core/sendable.ts';
export type { Movable, Sendable, Unsendable } from './core/sendable.ts';
export { router } from './core/router.ts';
export type { RouterSpec, RouterStart } from './core/router.ts';
export { sendable } from './core/sendable-class.ts';
export type { SendableOptions } from './core/sendable-class.ts';
export type { Down, Exit } from './core/signal.ts';
export { transfer } from './core/transfer.ts';
export type { HostKind, HostOf, Spawn, SpawnOptions } from './core/spawn-options.ts';
export type { Account, HostAccount } from './runtime/account.ts';
export { createSystem, hosts, spawn } from './runtime/actor-system.ts';
export type { ActorSystem, SystemOptions } from './runtime/actor-system.ts';
export type { CrashMessage, CrashReport, NoDecision } from './runtime/crash-report.ts';
export { exitCode } from './runtime/exit-code.ts';
export { activeActors, currentActor, parentActor } from './runtime/current-actor.ts';
export type { Events, SystemEvents } from './runtime/events.ts';
export { isMain } from './runtime/is-main.ts';
export { decodeValue, encodeValue } from './runtime/value-bytes.ts';
export { toSendableError } from './runtime/wire/sendable-error.ts';
export { child } from './supervisors/child-spec.ts';
export type { Child, ChildOptions, TreeOptions } from './supervisors/child-spec.ts';
export type { AutoShutdown } from './supervisors/auto-shutdown.ts';
export type { ChildCounts, ChildInfo, ChildSpecInfo } from './supervisors/child-info.ts';
export { dynamicSupervisor } from './supervisors/dynamic-supervisor.ts';
export type { DynamicSupervisorSpec, DynamicTree } from './supervisors/dynamic-supervisor.ts';
export { run } from './supervisors/run.ts';
export type { App, RunEnd, RunOptions } from './supervisors/run.ts';
export type { Restart } from './core/restart.ts';
export type { Strategy } from './supervisors/strategy.ts';
export type { ChildRef, Children, DynamicSupervisorRef, SupervisorRef } from './supervisors/supervisor-ref.ts';
export { supervisor } from './supervisors/tree.ts';
export type { AnyChild, SupervisorSpec, Tree } from './supervisors/tree.ts';
