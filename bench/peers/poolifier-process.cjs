// As an ES module, this worker never answers (poolifier 5.3.2).
const { ClusterWorker } = require('poolifier');
module.exports = new ClusterWorker((n) => n * n);
