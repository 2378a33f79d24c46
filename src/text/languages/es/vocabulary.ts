import { wordSet } from '../word-set.ts';

/** Further Spanish words that are right as they are, hand-picked. */
export const VOCABULARY: ReadonlySet<string> = wordSet(`
abogado abrazo abrigo absolutamente abuela abuelo aburrido academia accidente acción aceite aceituna acera acercar
acompañar acordar actitud actividad activo actor actriz actual adelante administración adulto afuera agencia agenda
agradable agrícola aguacate ahorro ajeno ajo alarma albañil alcalde alcance alcohol aldea alegre alegría alemán
alfombra algodón aliado alicate alimento almacén almohada almuerzo alquiler alrededor altura alumno amanecer amargo
ambiente amenaza amistad amplio análisis ancho anciano anillo animal ánimo aniversario anoche anterior antiguo anuncio
apagar aparato apartamento apellido apoyar apoyo aprobar aprovechar árbol archivo área arena argumento arma armario
arquitecto arreglar arroyo arte artículo artista asamblea asesino asiento asistencia asociación aspecto aspiradora
atacar ataque atún aumento autor autoridad avance avenida avión avisar aviso ayuntamiento azotea azúcar bailar baile
bajar balcón balón banda bandera bañador bañar barba barco barra barranco barrio base basura batalla batería belleza
beneficio beso biblioteca bicicleta bigote billete blusa boda bolígrafo bolsa bolsillo bomba bombero bombilla bosque
bota botón breve brillante broma bufanda burro búsqueda caballero caballo cabello cable cabra cadena caída cajón
calabaza calcetín calendario calidad caliente calzado cámara camarero camarón caminar camión camisa campana campaña
campeón campesino canción candidato cangrejo cantante cantar capa capacidad capital capitán capítulo carácter cárcel
cargo cariño carnicero carpintero carrera carretera carro carroza cartera cascada castigo castillo catálogo categoría
cebolla celda celebrar célula ceniza cepillo cerdo cereza cerveza champú chaqueta charla cheque chica chico chocolate
choque ciencia científico cigarro cinta cinturón circo círculo ciruela cita ciudadano civil clásico clavo clima
clínica cobrar cocina cocinar cocinero codo cola colega colegio colina collar columna comedor comentario comercial
comercio cometer comienzo comisión comité compañero comparar compartir competencia competir complicado comportamiento
comprender compromiso comunicación comunidad concepto conciencia concierto conclusión concurso condición conducir
conducta conejo conferencia confianza confiar confirmar conflicto confusión conjunto conocimiento conquista
consecuencia consejo conservar constante construcción construir consumidor consumo contenido contento continente
continuar contrario contribuir control controlar convencer copa copia corbata cordero corona corregir corriente cortar
corte cortina corto cosecha costa costar costumbre creación crear crecer crecimiento crédito crema crimen crisis
cristal crítica crudo cuaderno cuadro cualidad cubo cubrir cuchara cuchillo cuello cuerda cuero cuestión cuidar
cultura cumpleaños cuñado cura curso curva damas danza daño dato debate débil década decisión declarar dedicar dedo
defecto defender defensa definir delgado demanda democracia demonio demostrar dentista departamento depender deporte
depósito derrota desarrollo desastre descansar descanso descripción descubrir descuento desfile desierto despacio
despedir despertar destino destruir detalle detener deuda diario dibujo diccionario dictador diente dieta diferencia
dificultad diputado director dirigir disco discurso discusión diseño disfrutar disponible distancia distrito diversión
dividir división divorcio doblar documento doméstico dosis drama droga ducha dulce durazno economía económico edición
editor educación efecto eficaz ejercicio ejército elección electricista eléctrico elefante elegante elegir elemento
eliminar embajada embarazo emergencia emisión emoción emperador empresario enamorado encantar encargo encender enchufe
encuentro encuesta enemigo energía enfermedad enfermera enfrente enorme ensalada enseñar entero entierro entrenador
entrevista época equipaje equipo escala escalera escapar escena escenario esclavo escoba escoger esconder escritor
escudo escultura esfuerzo espada espalda especialista especie espectáculo espejo esperanza espíritu esquina establecer
estadio estatua estilo estómago estrategia estrecho estrella estructura estudiante estufa eterno evento evidente
evitar evolución exacto examen excelente excepción exceso exigir existencia existir experiencia experto explosión
exponer exposición expresar expresión exterior extranjero extraño extremo fábrica factor facultad falda falso fama
famoso fantasía farmacia felicidad feo feria ferrocarril fiebre fiel figura fijar fila filosofía finca firma firmar
física flaco flecha flor fondo fontanero formación fortuna fotografía fracaso frase frecuencia frecuente fresa fresco
frontera fruta fuente función funcionario fundación furia futuro gafas galleta gallina gallo ganador garaje garantía
garganta gasolina gastar generación género gerente gesto gigante gimnasio girar gitano globo gobierno golpe goma gordo
gorra gota grabar grado gramo granja grasa gratis grave grito grueso guante guardia guía guitarra habitante hábito
harina helado herida herir héroe herramienta hielo hierba hierro hígado hilo histórico hogar hoja honor horno huelga
hueso huevo huir humano húmedo humilde humo humor ideal ilusión imaginar imperio importancia impresión impuesto
impulso incendio incluir increíble indicar industria industrial infancia infierno influencia informe ingeniero ingreso
iniciar inicio inmediato inmenso inocente insecto instante institución instituto instrumento inteligente intención
intentar intento interés interesante interior internacional interno inversión investigación invitado invitar isla
jabón jamón jardín jardinero jarra jaula jersey joya juez jugador juguete juicio jurado justicia juventud juzgar labio
labor laboratorio ladrón lago lágrima lámpara lana langosta lápiz lástima lata lavadora lavar lección lechuga lectura
legal lento león leyenda libertad licencia líder lienzo ligero límite limón limpiar limpieza limpio linterna líquido
literatura llanto llanura llenar llorar local lograr luchar lujo luna madera madrugada maestro mágico maíz maleta
mancha manga manta mantener mantequilla manzana mapa máquina maravilla marca marcar marcha marchar margen marina
mármol martillo matar matemáticas materia material matrimonio máximo mecánico medalla medicina medida mediodía medir
mejorar melón memoria mente mentira menudo mercancía mermelada meta método mezcla miel miembro militar millón mina
mínimo ministerio ministro misión misterio mochila modelo moderno mojar molestar molino moneda mono montaña montar
monte mosca moto motor movimiento mozo muchacho mudo mueble muela muelle muestra multa mundial municipal muñeca muro
músculo museo musical nacer nacimiento nación nacional nadar naranja nariz natural naturaleza navaja nave navidad
necesario necesidad negar negocio nervio nervioso nevera nieto nieve niñez nivel noble norte novela novia novio nube
nuca núcleo objetivo objeto obligación obligar obrero observar obtener océano ocupado ocupar ocurrir odio oeste oferta
oficial ofrecer ola oler olor olvidar operación opinión oponer oportunidad oposición opuesto oración ordenador oreja
organización organizar orgullo origen original orilla oro oscuro otoño oveja paciencia página paisaje paja pájaro
palacio palo paloma panadería panadero pantalla pantalón pantano pañuelo papa paquete paraguas pareja pariente párpado
parque participar pasajero pasear paseo pasión pasta pastel pastilla pata patata patio pato patria patrón pausa pavo
payaso peatón pecado pecho pedazo pegar peinar peine pelea película peligro peligroso pelota peluquería peluquero
pendiente pensamiento pensión pepino pérdida perdonar periódico periodista período permiso permitir personaje personal
pertenecer pescadero pescado piano picante piedra pieza pijama pila piloto pimienta pincel pintar pintor pintura piña
piscina pista pistola pizarra placer plancha planeta planta plástico plátano población pobreza poderoso poema poesía
poeta política político pollo polvo popular porción portal posibilidad posición positivo práctica practicar preciso
preferir premio prensa preocupación preocupar preparar presencia presentar presión préstamo prestar presupuesto
pretender previo primavera princesa príncipe principio prisión privado probable probar proceso producción producir
profesión profesional profesor profundo progreso prohibir promesa prometer propiedad proponer propósito propuesta
protección proteger protesta provincia puente puesto pulmón pulsera puño puro quemar queso química quitar rabia radio
raíz rama raro rata rato ratón rayo raza reacción realidad realizar rebaja rebelde reciente reclamar recoger reconocer
recorrer recto recuerdo recurso red reducir reflejo reforma regalar régimen región registro regla regresar reina reino
reír relación relato religión reloj remedio renta reparar representante representar república resolver respeto
respirar responder responsable retirar retraso retrato revista revolución rey riesgo rincón riqueza risa ritmo rodilla
romper rostro rubio rueda ruido ruina rumor rural ruta sábana sabio sabor sacerdote salario salmón salón salsa saltar
salto salvaje salvar sandalia sandía sano santo sastre satisfacer secadora secar sección seco secretaria secretario
secreto sector sed seda seguridad selva semilla senador sencillo sentar sentencia sentimiento señalar separar servir
seta sexo sierra sillón símbolo simple sindicato sobrino social sociedad sofá soldado soledad soler soltero sombra
sombrero sonreír sonrisa soñar sopa sorpresa sortija sospecha sótano suceso sucio sudor suegra suegro sueldo
suficiente sufrir sugerir suma superficie superior supermercado surgir susto tabaco tabla taladro talento talla tamaño
tapa taquilla tarea taza teatro techo técnica tecnología tejado tela tema temblar temer temor temperatura tempestad
templo temporada tendencia tenedor teniente tenis teoría término ternera terraza terreno territorio terror tesoro
testigo texto tiburón tigre tijeras timbre tinta típico tirar título toalla tocar tomate tono tonto torero tormenta
tornillo toro torpe torre tortuga trabajador tradición traducir tráfico traje trampa tranquilo tranvía trasladar
tratamiento trigo tristeza triunfo trofeo tropa trozo trueno tubo tumba turismo turista turno unidad uniforme unión
universidad universo urgente usuario útil uva vaca vacaciones vacío vagón valer valiente valle vapor variedad vecino
vela velocidad venganza venta ventaja verdadero verdura vergüenza versión verso vestido vestir viajar viajero víctima
victoria vidrio viento vigilar vinagre violencia violento virgen visión visitar viuda vivienda volar volcán volumen
votar voto yegua yema zanahoria zapatilla zorro zumo
`);
