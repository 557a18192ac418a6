/** Tests run what was compiled, so a build that is older than its sources is refused before the first test. */
import { packageRoot } from "../../checker/package.js";
import { refuseStale } from "../../checker/sources.js";

export default function refuseStaleBuild(): void {
  refuseStale(packageRoot);
}
