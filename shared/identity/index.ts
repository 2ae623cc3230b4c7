export { IDENTITY_HEADER, SERVICE_ROLE, roles, signIdentity, verifyIdentity } from './identity.js';
export type { CallerRole, Identity, PresentedToken, Role } from './identity.js';
export { secretKey } from './secret-key.js';
