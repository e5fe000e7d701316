// SPDX-License-Identifier: Apache-2.0
// The newest SDKs, and those of which there is one generation only.
import { matrix } from "./matrix.mjs";

matrix((name) => !name.endsWith("previous"));
