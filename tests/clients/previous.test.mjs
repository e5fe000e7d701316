// SPDX-License-Identifier: Apache-2.0
// The SDKs of one generation before.
import { matrix } from "./matrix.mjs";

matrix((name) => name.endsWith("previous"));
