"""An OpenTelemetry collector on this machine: takes spans over gRPC and keeps them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, cast

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Listens while the block lasts; `spans` are everything that came."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self._server = grpc.server(ThreadPoolExecutor(2))
        add = cast("Any", trace_service_pb2_grpc.add_TraceServiceServicer_to_server)  # pyright: ignore[reportUnknownMemberType] - made without types
        add(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def Export(self, request: Any, context: Any) -> Any:  # noqa: ANN401, N802 - named and shaped by gRPC
        """Take spans."""
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)
        return trace_service_pb2.ExportTraceServiceResponse()

    def tree(self) -> list[str]:
        """Return the spans' names, a child under its parent, in the order they began."""
        children: dict[bytes, list[Any]] = {}
        for span in sorted(self.spans, key=lambda span: span.start_time_unix_nano):
            children.setdefault(span.parent_span_id, []).append(span)

        def below(parent: bytes, depth: int) -> list[str]:
            return [
                line
                for span in children.get(parent, [])
                for line in ("  " * depth + span.name, *below(span.span_id, depth + 1))
            ]

        return below(b"", 0)
