/** pino's shape, so that a pino logger fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** From the least to the most urgent. */
export type LogLevel = keyof Logger;
