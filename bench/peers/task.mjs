/** For piscina and tinypool: a module whose default export is the task. */
export default (n) => n * n;
