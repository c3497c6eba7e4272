// Owns what a person has to know of Argo CD after a failure that may pass: that it repeats the failure when the cause is gone.
import type { ErrorCode } from '../../errors.ts';
import type { Environment } from '../../outcome.ts';
import type { Result } from '../../results.ts';

const passing: readonly ErrorCode[] = ['TIMEOUT', 'UNAVAILABLE'];

/**
 * The findings, and what to do once their cause is gone. After three failures in a row Argo CD answers with the last one for
 * an hour (ARGOCD_PAUSE_GEN_AFTER_FAILED_ATTEMPTS, ARGOCD_PAUSE_GEN_MINUTES): this is the text that it then shows.
 */
export function withPauseAdvice(results: readonly Result[], env: Environment): readonly Result[] {
  const application = env['ARGOCD_APP_NAME'];
  const mayPass = results.some(
    ({ code, severity }) => severity === 'error' && passing.includes(code),
  );
  if (application === undefined || application === '' || !mayPass) return results;
  return [
    ...results,
    {
      code: 'HOST',
      severity: 'info',
      message: `after three failures in a row Argo CD shows the last one for an hour, marked "cached", whether or not the cause is gone: argocd app get ${application} --hard-refresh asks again`,
    },
  ];
}
