// Owns a run's settings: flags, configuration files and functionConfig put together.
import type { Manifest } from './manifest.ts';
import type { PrepareOptions } from './pipeline.ts';
import type { InputCommand } from './cli.ts';
import { UsageError } from './errors.ts';
import type { Environment } from './outcome.ts';
import { readConfigFile, readFunctionConfig, readStoreFile } from './config.ts';
import { type RunOptions, runOptions } from './options.ts';

export type Configuration = RunOptions & PrepareOptions;

/** @throws UsageError where a configuration cannot be read. */
export function configuration(
  command: InputCommand,
  env: Environment,
  functionConfig?: Manifest,
): Configuration {
  const own = functionConfig === undefined ? undefined : readFunctionConfig(functionConfig);
  if (own?.spec.kube !== undefined) refuseKube();
  const file = command.config === undefined ? undefined : readConfigFile(command.config);
  const configs = [own, file].filter((config) => config !== undefined);
  const options = runOptions(command.flags, configs, env);
  const stores = options.stores.map((value): Manifest => ({
    value,
    locate: () => ({ document: 1, line: 1, column: 1, file: command.config ?? 'functionConfig' }),
  }));
  return { ...options, configured: [...command.storeFiles.flatMap(readStoreFile), ...stores] };
}

/** A functionConfig lies among the manifests, and whoever writes those is not to reach what this process may read. */
function refuseKube(): never {
  throw new UsageError(
    'spec.kube cannot stand in a functionConfig: give it in the file of --config, or as --kube',
  );
}
