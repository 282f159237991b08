import workerpool from 'workerpool';

workerpool.worker({ square: (n) => n * n });
