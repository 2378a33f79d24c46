# Fails when a file that is compiled for one instruction set gives the linker more than its table: an inline function
# that it shares with the rest (of the standard library, say) might then be the copy that every machine has to run.
# Variables: NM, LIBRARY.
execute_process(COMMAND ${NM} --defined-only --extern-only ${LIBRARY}
  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${output}")
set(tables 0)
foreach(line IN LISTS lines)
  if(line MATCHES "^(.*\\.o(bj)?):$")
    set(object ${CMAKE_MATCH_1})
  elseif(object MATCHES "^variant_" AND line MATCHES " ([^ ]+)$")
    set(symbol ${CMAKE_MATCH_1})
    if(NOT symbol MATCHES "k[A-Za-z0-9]+Kernels")
      message(SEND_ERROR "${object} exports ${symbol}")
    endif()
    math(EXPR tables "${tables} + 1")
  endif()
endforeach()
if(tables LESS 2)
  message(SEND_ERROR "${LIBRARY}: ${tables} kernel tables found, expected one for each variant")
endif()
