// @ts-check
'use strict';
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const CACHE = path.join(ROOT, '.cache');

module.exports = { ROOT, CACHE };
