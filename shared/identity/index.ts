export { IDENTITY_HEADER, roles, signIdentity, verifyIdentity } from './identity.js';
export type { Identity, Role } from './identity.js';
