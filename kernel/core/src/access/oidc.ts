/**
 * Sign-in at an identity provider: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636) by `openid-client`.
 * @module
 */
import { Failure, type Request } from '@hedun/sdk';
import * as openid from 'openid-client';
import type { Core, Database } from '../contract.ts';
import type { UsersTable } from '../store/tables.ts';
import { readCookie } from './index.ts';
import { createThrottle } from './throttle.ts';

const cookieName = 'hedun_oidc';
const stateMinutes = 10;

function providerOf(core: Core, id: string) {
  const provider = core.config.oidc.find((each) => each.id === id);
  if (!provider) throw new Failure('record.not_found', { values: { what: `OIDC ${id}` } });
  return provider;
}
const discovered = new Map<string, Promise<openid.Configuration>>();
function discover(core: Core, id: string): Promise<openid.Configuration> {
  const { issuer, clientId, clientSecret } = providerOf(core, id);
  const key = `${issuer} ${clientId}`;
  const insecure = issuer.startsWith('http://') ? { execute: [openid.allowInsecureRequests] } : {};
  let found = discovered.get(key);
  if (!found) {
    found = openid.discovery(new URL(issuer), clientId, clientSecret, undefined, insecure);
    discovered.set(key, found);
    found.catch(() => discovered.delete(key));
  }
  return found.catch((cause) => {
    throw new Failure('access.oidc_failed', { where: issuer, got: String((cause as Error).message), cause });
  });
}

/** Steps of sign-ins from one address in one minute, two each; a begun one keeps a row, a refused one a record. */
const stepsPerMinute = 60;
const throttles = new WeakMap<Core, ReturnType<typeof createThrottle>>();
function throttle(core: Core, address: string): void {
  const found = throttles.get(core) ?? createThrottle(core.clock, stepsPerMinute, 60_000);
  throttles.set(core, found);
  found(address);
}

export async function startOidc(
  core: Core,
  id: string,
  returnTo: string,
  origin: string,
  address: string | null = null,
): Promise<{ readonly url: string; readonly cookie: string }> {
  throttle(core, address ?? 'local');
  const provider = await discover(core, id);
  const verifier = openid.randomPKCECodeVerifier();
  const nonce = openid.randomNonce();
  const path = /^\/(?![/\\])/.test(returnTo) ? returnTo : '/';
  const redirectUri = `${origin}${core.config.basePath}/api/kernel/oidc/${id}/callback`;
  const { token } = await core.store.system((db) =>
    core.access.issueSecret(db, 'oidc', null, stateMinutes, { id, verifier, nonce, returnTo: path, redirectUri }),
  );
  const url = openid.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: token,
    nonce,
  });
  const secure = redirectUri.startsWith('https:') ? '; Secure' : '';
  return {
    url: url.href,
    cookie: `${cookieName}=${token}; Path=${core.config.basePath}/api/kernel/oidc; HttpOnly; SameSite=Lax; Max-Age=${stateMinutes * 60}${secure}`,
  };
}

export async function finishOidc(
  core: Core,
  id: string,
  current: URL,
  cookies: string,
  request: Request,
): Promise<{ readonly setCookie: readonly string[]; readonly location: string }> {
  const settings = providerOf(core, id);
  throttle(core, request.address ?? 'local');
  try {
    const { claims, returnTo } = await askProvider(core, settings, current, cookies);
    const cookie = await core.store.system((db) => enter(core, db, settings, claims, request));
    return {
      setCookie: [cookie, `${cookieName}=; Path=${core.config.basePath}/api/kernel/oidc; HttpOnly; Max-Age=0`],
      location: `${core.config.basePath}${returnTo}`,
    };
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'server.unexpected';
    const got = error instanceof Failure ? (error.got ?? null) : null;
    await core.store.system((db) =>
      core.audit.append(db, {
        actor: { id: null, name: `oidc/${id}` },
        organisationId: null,
        action: 'session.refused',
        outcome: 'denied',
        request,
        details: { code, method: `oidc/${id}`, got },
      }),
    );
    throw error;
  }
}

type Provider = Core['config']['oidc'][number];

/** What the provider says of the person, once state, nonce, PKCE and signature hold. */
async function askProvider(core: Core, settings: Provider, current: URL, cookies: string) {
  const provider = await discover(core, settings.id);
  const state = readCookie(cookies, cookieName);
  if (!state || state !== current.searchParams.get('state'))
    throw new Failure('access.oidc_failed', {
      where: 'state',
      expected: 'the sign-in that this browser began',
      got: 'another',
    });
  const { data } = await core.store.system((db) => core.access.takeSecret(db, 'oidc', state));
  // An answer meant for one provider is never taken to another (RFC 9700, section 4.4, mix-up).
  if (data.id !== settings.id)
    throw new Failure('access.oidc_failed', { where: 'state', expected: settings.id, got: String(data.id) });
  const back = new URL(String(data.redirectUri));
  back.search = current.search;
  const tokens = await openid
    .authorizationCodeGrant(provider, back, {
      pkceCodeVerifier: String(data.verifier),
      expectedNonce: String(data.nonce),
      expectedState: state,
      idTokenExpected: true,
    })
    .catch((cause) => {
      throw new Failure('access.oidc_failed', { where: settings.issuer, got: String((cause as Error).message), cause });
    });
  const claims = tokens.claims();
  if (!claims)
    throw new Failure('access.oidc_failed', { where: settings.issuer, expected: 'an id token', got: 'none' });
  return { claims, returnTo: String(data.returnTo) };
}

const foundColumns = ['id', 'displayName', 'organisationId', 'status'] as const;
type Found = Pick<UsersTable, 'id' | 'displayName' | 'organisationId'> & { readonly status: string };

async function enter(
  core: Core,
  db: Database,
  settings: Provider,
  claims: openid.IDToken,
  request: Request,
): Promise<string> {
  const known = await db
    .selectFrom('users')
    .select([...foundColumns])
    .where('oidcIssuer', '=', claims.iss)
    .where('oidcSubject', '=', claims.sub)
    .executeTakeFirst();
  const user: Found | null =
    known ?? (await linkInvited(db, claims)) ?? (await createConfigured(core, db, settings, claims));
  if (!user)
    throw new Failure('access.oidc_failed', {
      where: settings.issuer,
      expected: 'a user of this platform',
      got: String(claims.email ?? claims.sub),
    });
  if (user.status === 'disabled') throw new Failure('access.disabled', { got: user.displayName });
  const { cookie } = await core.access.openSession(db, user.id, request);
  await db
    .updateTable('users')
    .set({ lastSignInAt: core.clock.now().toISOString() })
    .where('id', '=', user.id)
    .execute();
  await core.audit.append(db, {
    actor: { id: user.id, name: user.displayName },
    organisationId: user.organisationId,
    action: 'session.opened',
    outcome: 'allowed',
    request,
    details: { method: `oidc/${settings.id}` },
  });
  return cookie;
}

/** A person the platform invited by verified e-mail address is linked at first sign-in; nobody else is linked by address. */
async function linkInvited(db: Database, claims: openid.IDToken): Promise<Found | null> {
  if (claims.email_verified !== true || typeof claims.email !== 'string') return null;
  const [invited, another] = await db
    .selectFrom('users')
    .select([...foundColumns])
    .where((row) => row(row.fn<string>('lower', ['email']), '=', String(claims.email).toLowerCase()))
    .where('status', '=', 'invited')
    .where('oidcSubject', 'is', null)
    .limit(2)
    .execute();
  // Two people of one address: which one it is cannot be told, so it is neither.
  if (!invited || another) return null;
  await db
    .updateTable('users')
    .set({ oidcIssuer: claims.iss, oidcSubject: claims.sub, status: 'active' })
    .where('id', '=', invited.id)
    .execute();
  return { ...invited, status: 'active' };
}

async function createConfigured(
  core: Core,
  db: Database,
  settings: Provider,
  claims: openid.IDToken,
): Promise<Found | null> {
  if (!settings.createUsersIn) return null;
  const wanted = `${String(claims.preferred_username ?? claims.sub).slice(0, 40)}@${settings.id}`;
  const taken = await db
    .selectFrom('users')
    .select('id')
    .where((row) => row(row.fn<string>('lower', ['name']), '=', wanted.toLowerCase()))
    .executeTakeFirst();
  const created = {
    id: core.newId(),
    organisationId: settings.createUsersIn,
    displayName: String(claims.name ?? claims.preferred_username ?? claims.sub).slice(0, 100),
    status: 'active',
  };
  await db
    .insertInto('users')
    .values({
      ...created,
      name: taken ? `${wanted}-${created.id.slice(-12)}` : wanted,
      email: typeof claims.email === 'string' ? claims.email : null,
      oidcIssuer: claims.iss,
      oidcSubject: claims.sub,
      createdAt: core.clock.now().toISOString(),
    })
    .execute();
  await core.audit.append(db, {
    actor: { id: created.id, name: created.displayName },
    organisationId: created.organisationId,
    action: 'user.created',
    outcome: 'allowed',
    target: created.id,
    details: { method: `oidc/${settings.id}` },
  });
  return created;
}
