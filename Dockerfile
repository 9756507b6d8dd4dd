# The service in a container of its own, for people with Docker. Its database is another container: see docker-compose.yml.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY build build
COPY docs/samples docs/samples
COPY src src
# What /version says: docker compose build --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
RUN build/publish.sh /service -p:SourceRevisionId="$COMMIT"

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /service
COPY --from=build /service .
# Sign-in keys live here, so that people stay signed in when the container is renewed, and the files of documents.
RUN mkdir -p /data/documents && chown -R "$APP_UID" /data
VOLUME /data
USER $APP_UID
ENV ASPNETCORE_HTTP_PORTS=8080 Logging__Console__FormatterName=json
EXPOSE 8080
# The image has no HTTP client; its bash can speak enough HTTP.
HEALTHCHECK --interval=5s --timeout=6s --start-period=60s --retries=6 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "Traceability.dll", "--data", "/data"]
