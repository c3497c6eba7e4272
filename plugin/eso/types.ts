// Owns the types of the resources that are read, as they are after their schema has held and its defaults are filled in.
import type { LabelSelector, Labels } from '../k8s/labels.ts';
import type { KubernetesObject } from '../k8s/object.ts';
import type { DecodingStrategy, NullBytePolicy } from './decode.ts';
import type { ConversionStrategy } from './keys.ts';

export type ExternalSecret = KubernetesObject & {
  readonly kind: 'ExternalSecret';
  readonly spec: ExternalSecretSpec;
};

/** ESO 1.1. What only an operator uses (refreshPolicy, syncWindows) is checked and has no meaning here. */
export type ExternalSecretSpec = {
  readonly secretStoreRef?: StoreRef;
  readonly target: Target;
  readonly data?: readonly Data[];
  readonly dataFrom?: readonly DataFrom[];
  /** A Go duration. */
  readonly refreshInterval?: string;
  readonly syncWindows?: { readonly windows?: readonly { readonly duration: string }[] };
};

/** Any `kind` but ClusterSecretStore, and none, means SecretStore. */
export type StoreRef = { readonly name?: string; readonly kind?: string };

export type RemoteRef = {
  readonly key: string;
  readonly property?: string;
  readonly version?: string;
  readonly metadataPolicy?: 'None' | 'Fetch';
  readonly conversionStrategy?: ConversionStrategy;
  readonly decodingStrategy?: DecodingStrategy;
  readonly nullBytePolicy?: NullBytePolicy;
};

export type FindRef = {
  readonly path?: string;
  /** `regexp` is RE2 and unanchored. */
  readonly name?: { readonly regexp?: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly conversionStrategy?: ConversionStrategy;
  readonly decodingStrategy?: DecodingStrategy;
  readonly nullBytePolicy?: NullBytePolicy;
};

/** Exactly one of the two is there. */
type SourceRef = { readonly storeRef?: StoreRef; readonly generatorRef?: GeneratorRef };

export type GeneratorRef = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
};

export type Data = {
  readonly secretKey: string;
  readonly remoteRef: RemoteRef;
  readonly sourceRef?: SourceRef;
};

export type DataFrom = {
  readonly extract?: RemoteRef;
  readonly find?: FindRef;
  readonly rewrite?: readonly Rewrite[];
  readonly sourceRef?: SourceRef;
};

/** Exactly one of the three is there. */
export type Rewrite = {
  readonly merge?: RewriteMerge;
  readonly regexp?: { readonly source: string; readonly target: string };
  readonly transform?: { readonly template: string };
};

export type RewriteMerge = {
  /** '' unless strategy is JSON. */
  readonly into: string;
  readonly priority?: readonly string[];
  readonly priorityPolicy: 'IgnoreNotFound' | 'Strict';
  readonly conflictPolicy: 'Ignore' | 'Error';
  readonly strategy: 'Extract' | 'JSON';
};

export type Target = {
  /** By default the ExternalSecret's own name. */
  readonly name?: string;
  readonly creationPolicy: 'Owner' | 'Orphan' | 'Merge' | 'None' | 'CreateOrMerge';
  readonly deletionPolicy: 'Delete' | 'Merge' | 'Retain';
  readonly immutable?: boolean;
  /** Another kind of object than a Secret. */
  readonly manifest?: { readonly apiVersion: string; readonly kind: string };
  readonly template?: Template;
};

export type Template = {
  readonly type?: string;
  readonly engineVersion: 'v2';
  readonly mergePolicy: 'Replace' | 'Merge';
  readonly metadata?: {
    readonly labels?: Labels;
    readonly annotations?: Labels;
    readonly finalizers?: readonly string[];
  };
  /** Values are templates. */
  readonly data?: Readonly<Record<string, string>>;
  readonly templateFrom?: readonly TemplateFrom[];
};

export type TemplateFrom = {
  readonly configMap?: TemplateSource;
  readonly secret?: TemplateSource;
  readonly literal?: string;
  /** Data, Annotations or Labels, in any case of letters; where target.manifest is another kind, a path as well. */
  readonly target: string;
  readonly valuesDecodingStrategy?: DecodingStrategy;
};

type TemplateSource = {
  readonly name: string;
  readonly items: readonly {
    readonly key: string;
    readonly templateAs: 'Values' | 'KeysAndValues';
  }[];
};

/** Both kinds of store; `conditions` mean something on a ClusterSecretStore only (ESO 1.4). */
export type SecretStore = KubernetesObject & {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly spec: SecretStoreSpec;
};

type SecretStoreSpec = {
  /** Class of the controller in charge; none means any. */
  readonly controller?: string;
  /** One provider, by ESO's name of it. */
  readonly provider: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** `retryInterval` is a Go duration. */
  readonly retrySettings?: { readonly maxRetries?: number; readonly retryInterval?: string };
  readonly conditions?: readonly StoreCondition[];
  /** Seconds, or a Go duration. */
  readonly refreshInterval?: number | string;
};

/** `namespaceRegexes` are RE2 and unanchored. */
export type StoreCondition = {
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceRegexes?: readonly string[];
};

/** A generator of any kind, and ClusterGenerator (ESO 4.2). */
export type GeneratorObject = KubernetesObject & {
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** ESO 1.3. */
export type ClusterExternalSecret = KubernetesObject & {
  readonly kind: 'ClusterExternalSecret';
  readonly spec: {
    readonly externalSecretSpec: ExternalSecretSpec;
    /** By default the ClusterExternalSecret's own name. */
    readonly externalSecretName?: string;
    readonly externalSecretMetadata?: { readonly labels?: Labels; readonly annotations?: Labels };
    readonly namespaceSelector?: LabelSelector;
    readonly namespaceSelectors?: readonly LabelSelector[];
    readonly namespaces?: readonly string[];
    /** A Go duration. */
    readonly refreshTime?: string;
  };
};

/** This program's configuration, `eso-render.dev/v1alpha1`. Nothing is filled in: options.ts has the defaults. */
export type RenderConfig = {
  readonly apiVersion: string;
  readonly kind: 'RenderConfig';
  readonly spec: {
    readonly namespace?: string;
    readonly allowEmpty?: boolean;
    readonly allowPlaintext?: boolean;
    readonly keepStores?: boolean;
    readonly allowGenericTargets?: boolean;
    /** A Go duration. */
    readonly deadline?: string;
    readonly ambientCredentials?: boolean;
    readonly secretsDirectory?: string;
    readonly templatesDirectory?: string;
    readonly generators?: { readonly seedFile?: string; readonly allow?: readonly string[] };
    readonly trustedServers?: readonly string[];
    /** Of the configuration file only: what a functionConfig says here is refused. */
    readonly kube?: {
      readonly enabled?: boolean;
      readonly context?: string;
      readonly kubeconfig?: string;
      readonly namespaces?: readonly string[];
    };
    /** Of the configuration file only. */
    readonly tools?: {
      readonly kustomize?: string;
      readonly helm?: string;
      readonly remote?: boolean;
    };
    readonly stores?: readonly Readonly<Record<string, unknown>>[];
    /** Of a functionConfig only. */
    readonly externalSecrets?: readonly Readonly<Record<string, unknown>>[];
    readonly serviceAccounts?: readonly {
      readonly namespace: string;
      readonly name: string;
      /** A projected token. */
      readonly tokenFile?: string;
      readonly annotations?: Labels;
    }[];
  };
};
