// Owns the stand-in for AWS where moto does not check: signatures, sessions, and who may assume a role with what.
import { randomUUID } from 'node:crypto';
import { authorizationOf, signatureProblem, type Signed } from './aws-signature.ts';
import {
  startEndpoint,
  type Endpoint,
  type EndpointAnswer,
  type EndpointRequest,
} from './endpoint.ts';
import { verifyJwt, type SigningKey } from './jwt.ts';

/** Whom AWS knows. */
export type AwsDirectory = {
  /** Secret access keys by access key ID: of users, who are called by the ID. */
  readonly keys: ReadonlyMap<string, string>;
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** What a service answers, by its own name of the operation, to the user or role that asks: JSON. */
  readonly operations?: ReadonlyMap<string, AwsOperation>;
  /** Temporary credentials that somebody holds already: a machine, a pod. */
  readonly held?: readonly Session[];
};

type Role = {
  /** A user, or the ARN of a role. */
  readonly trusts?: string;
  readonly externalID?: string;
  /** Tags that the session has to have. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Whose tokens stand for the role. */
  readonly webIdentity?: {
    readonly issuer: SigningKey;
    readonly audience: string;
    readonly subject: string;
  };
};

export type AwsOperation = (asked: {
  readonly principal: string;
  readonly service: string;
  readonly region: string;
  readonly body: Readonly<Record<string, unknown>>;
}) => { readonly status?: number; readonly body: unknown };

export type AwsStandIn = Pick<Endpoint, 'url' | 'requests' | 'stop'> & {
  /** Who asked for what, in order: `GetSecretValue by AKIA…`. */
  readonly asked: () => readonly string[];
  /** The temporary credentials that were held, and those that were given. */
  readonly given: () => readonly Session[];
};

export type Session = {
  readonly accessKeyID: string;
  readonly secret: string;
  readonly token: string;
  readonly principal: string;
};

class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function startAwsStandIn(directory: AwsDirectory): Promise<AwsStandIn> {
  const sessions: Session[] = [...(directory.held ?? [])];
  const asked: string[] = [];

  function issue(principal: string): Session {
    const accessKeyID = `ASIA${sessions.length + 1}`;
    const session = { accessKeyID, secret: randomUUID(), token: randomUUID(), principal };
    sessions.push(session);
    return session;
  }

  /** Who signed. */
  function signerOf(signed: Signed): string {
    const { accessKeyID = '' } = authorizationOf(signed.headers) ?? {};
    const session = sessions.find((one) => one.accessKeyID === accessKeyID);
    const secret = session?.secret ?? directory.keys.get(accessKeyID);
    const token = signed.headers.get('x-amz-security-token');
    if (secret === undefined || token !== session?.token)
      throw new Refusal('InvalidClientTokenId', 'The security token included is invalid');
    const mustBeSigned = [
      'host',
      ...[...signed.headers.keys()].filter((name) => name.startsWith('x-amz-')),
    ];
    const problem = signatureProblem(signed, { secret, mustBeSigned });
    if (problem !== undefined) throw new Refusal('SignatureDoesNotMatch', problem);
    return session?.principal ?? accessKeyID;
  }

  function sts(signed: Signed): EndpointAnswer {
    const sent = new URLSearchParams(signed.body);
    const action = sent.get('Action') ?? '';
    if (sent.get('Version') !== '2011-06-15') throw new Refusal('InvalidAction', 'another version');
    if (action === 'AssumeRoleWithWebIdentity') {
      asked.push(`${action} by nobody`);
      return credentials(action, issue(webIdentityRole(sent, directory)));
    }
    const signer = signerOf(signed);
    asked.push(`${action} by ${signer}`);
    if (action === 'AssumeRole')
      return credentials(action, issue(assumedRole(sent, signer, directory)));
    if (action !== 'GetSessionToken') throw new Refusal('InvalidAction', `no action ${action}`);
    if (!directory.keys.has(signer))
      throw new Refusal('AccessDenied', 'Cannot call GetSessionToken with session credentials');
    return credentials(action, issue(signer));
  }

  function service(signed: Signed, target: string): EndpointAnswer {
    const name = target.slice(target.lastIndexOf('.') + 1);
    const principal = signerOf(signed);
    const { service = '', region = '' } = authorizationOf(signed.headers) ?? {};
    asked.push(`${name} by ${principal}`);
    const operation = directory.operations?.get(target);
    if (operation === undefined) throw new Refusal('UnknownOperationException', target);
    const body = JSON.parse(signed.body) as Readonly<Record<string, unknown>>;
    const { status = 200, body: answer } = operation({ principal, service, region, body });
    return json(status, answer);
  }

  const endpoint = await startEndpoint((request) => {
    const signed = signedOf(request);
    const target = signed.headers.get('x-amz-target');
    try {
      return target === undefined ? sts(signed) : service(signed, target);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message } = error;
      return target === undefined
        ? xml(
            403,
            `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
          )
        : json(400, { __type: code, message });
    }
  });
  return { ...endpoint, asked: () => asked, given: () => sessions };
}

function signedOf({ method, path, headers, body }: EndpointRequest): Signed {
  const [pathname = '', query = ''] = path.split('?');
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, [value].flat().join(',')] as const,
  );
  return { method, path: pathname, query, headers: new Map(entries), body };
}

function assumedRole(sent: URLSearchParams, signer: string, { roles }: AwsDirectory): string {
  const arn = sent.get('RoleArn') ?? '';
  const { trusts, externalID, tags = {} } = roles.get(arn) ?? {};
  const isTrusted =
    trusts === signer &&
    sent.get('ExternalId') === (externalID ?? null) &&
    JSON.stringify(tagsIn(sent)) === JSON.stringify(tags);
  if (isTrusted) return arn;
  throw new Refusal(
    'AccessDenied',
    `User: ${signer} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  );
}

function tagsIn(sent: URLSearchParams): Readonly<Record<string, string>> {
  const count = [...sent.keys()].filter((name) => /^Tags\.member\.\d+\.Key$/.test(name)).length;
  const tags = Array.from(
    { length: count },
    (_, index) =>
      [
        sent.get(`Tags.member.${index + 1}.Key`) ?? '',
        sent.get(`Tags.member.${index + 1}.Value`) ?? '',
      ] as const,
  );
  return Object.fromEntries(tags);
}

function webIdentityRole(sent: URLSearchParams, { roles }: AwsDirectory): string {
  const arn = sent.get('RoleArn') ?? '';
  const trusted = roles.get(arn)?.webIdentity;
  if (trusted === undefined)
    throw new Refusal('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const verified = verifyJwt(sent.get('WebIdentityToken') ?? '', [trusted.issuer]);
  if (!verified.ok) throw new Refusal('InvalidIdentityToken', verified.reason);
  const { aud, sub } = verified.claims;
  if (![aud].flat().includes(trusted.audience))
    throw new Refusal('InvalidIdentityToken', 'Incorrect token audience');
  if (sub !== trusted.subject)
    throw new Refusal('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  return arn;
}

function credentials(action: string, { accessKeyID, secret, token }: Session): EndpointAnswer {
  const fields = `<AccessKeyId>${accessKeyID}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
  return xml(
    200,
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>${fields}</Credentials></${action}Result></${action}Response>`,
  );
}

function xml(status: number, body: string): EndpointAnswer {
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

function json(status: number, body: unknown): EndpointAnswer {
  return {
    status,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/x-amz-json-1.1' },
  };
}
