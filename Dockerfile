# The program without privileges, and the archive on one volume. To build: docker build -t kistep-archive .
FROM python:3.13-slim AS build
COPY pyproject.toml README.md LICENSE /src/
COPY kistep_archive /src/kistep_archive
COPY docs /src/docs
RUN python -m venv /opt/kistep-archive && /opt/kistep-archive/bin/pip install --no-cache-dir '/src[parquet,charts]'

FROM python:3.13-slim
COPY --from=build /opt/kistep-archive /opt/kistep-archive
RUN useradd --uid 10001 --create-home archive && install -d -o archive -g archive /archive
USER archive
ENV PATH=/opt/kistep-archive/bin:$PATH KISTEP_ARCHIVE=/archive
VOLUME /archive
ENTRYPOINT ["kistep-archive"]
CMD ["status"]
