/**
 * The answer where nothing is.
 * @module
 */
import { MessagePage } from "./pages/message.tsx";
import { respond } from "./respond.ts";

export function notFound() {
  const title = "There is nothing at this address";
  const detail = "It may have been deleted, or the address was cut off when it was copied.";
  return respond(<MessagePage title={title} detail={detail} />, 404);
}
